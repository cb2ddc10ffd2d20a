internal import Administration
internal import Glibc
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import TenantCore
internal import UnixSignals
package import Wiring

/// The service from its start to its end: schedule, notifications, pages for monitoring, signals.
package struct TenantDaemon: Sendable {
  /// Which installation the service runs.
  package var installation: Installation
  /// Where monitoring asks.
  package var address: Loopback
  /// Where pages and API are served; nil: nowhere.
  package var listen: ListenAddress?
  /// What they are served with; nil: without TLS.
  package var certificate: TLSFiles?
  /// Reverse proxies in front of them.
  package var proxies = TrustedProxies()
  /// Below which path they serve them.
  package var base = BasePath()
  /// The most runs at once.
  package var jobs = 2
  /// A program that is told of trouble.
  package var notifyCommand: String?
  /// Where the same is posted.
  package var notifyURL: NotificationURL?
  /// How the log looks.
  package var logFormat = LogFormat.text

  /// Makes a service; nothing is read yet.
  package init(_ installation: Installation, address: Loopback) {
    self.installation = installation
    self.address = address
  }

  /// Runs until SIGTERM or SIGINT; a second one ends the process at once. SIGHUP reads the tenant
  /// files again.
  ///
  /// - Throws: ``Failure``, which was logged already.
  package func run() async throws {
    let logger = dependencies.logger
    do {
      try await serve(logger)
    } catch {
      let failure = error as? Failure ?? Failure(.internalFailure, "\(error)")
      logger.error("the service ends: \(failure.description)")
      throw failure
    }
  }

  private func serve(_ logger: Logger) async throws {
    // A monitor or a notified program that hangs up is an error of the write.
    signal(SIGPIPE, SIG_IGN)
    ProcessLimits.prepare()
    let signals = await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint)
    let notifier = Notifier(command: notifyCommand, url: notifyURL, logger: logger)
    let clock = ServiceClock.system()
    let news = dependencies.hostNews
    let files = TenantFiles(
      registry: { dependencies.tenants }, clock: clock, isShared: news != nil)
    let tables = TenantTables()
    let completed = AsyncStream<String>.makeStream()
    let scheduler = Scheduler(
      source: files, jobs: jobs, clock: clock, logger: logger, tell: { notifier.add($0) },
      didComplete: { completed.continuation.yield($0) })
    let counts = ServiceCounts()
    let services: [any Service] = [
      try webServer(files, scheduler, tables, clock, counts),
      monitoring(scheduler, counts, dependencies.probe, logger),
      NotificationService(notifier: notifier),
      ScheduleService(scheduler: scheduler, notifier: notifier),
    ].compactMap(\.self)
    let group = ServiceGroup(services: services, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await Self.obey(signals, group, scheduler, logger) }
      if let news {
        tasks.addTask {
          for await tenant in news.changedTenants() { await scheduler.heard(of: tenant) }
        }
      }
      tasks.addTask {
        for await tenant in completed.stream {
          await tables.warm(tenant, logger) { try await files.session(of: tenant) }
        }
      }
      defer { tasks.cancelAll() }
      try await group.run()
    }
  }

  private var dependencies: Dependencies {
    Dependencies(installation, label: "tenantd", logFormat: logFormat)
  }

  private func webServer(
    _ files: TenantFiles, _ scheduler: Scheduler, _ tables: TenantTables, _ clock: ServiceClock,
    _ counts: ServiceCounts
  ) throws -> (any Service)? {
    guard let listen else { return nil }
    let dependencies = dependencies
    let logger = dependencies.logger
    let connections = Connections(
      Connections.Limits(descriptors: ProcessLimits.descriptors), proxies: proxies,
      logger: logger)
    let parts = ServiceParts(
      files: files, scheduler: scheduler,
      previews: RunPreviews(shared: dependencies.previews, logger: logger), tables: tables,
      clock: clock, logger: logger)
    let authenticator = RequestAuthenticator(
      dependencies.authenticator, ports: dependencies.signIn, audit: dependencies.refusalAudit,
      events: dependencies.eventAudit, files: files, clock: clock, counts: counts, logger: logger)
    let routes = ServiceRoutes(
      parts: parts, authenticator: authenticator, proxies: proxies, base: base,
      isTLS: certificate != nil)
    let server = WebServer(
      address: listen, responder: try routes.responder(), certificate: certificate,
      connections: connections, logger: logger)
    return ListeningService(
      server: try server.application(), connections: connections,
      address: "\(listen.host):\(listen.port)", option: "--listen",
      // Nobody is told that his password or token is wrong because his tenant is not known yet.
      isReady: { await files.firstReading() })
  }

  private func monitoring(
    _ scheduler: Scheduler, _ counts: ServiceCounts,
    _ probe: (@Sendable () async throws -> Void)?, _ logger: Logger
  ) -> any Service {
    // Whoever has an account on the machine may come here, and is to take no descriptor of the work.
    let connections = Connections(Connections.Limits(descriptors: 1024), logger: logger)
    let server = Application(
      responder: HealthPages(
        isRead: { await scheduler.firstReading() }, counts: counts, probe: probe
      ) {
        await scheduler.report()
      },
      server: .guarded(.init(idleTimeout: .seconds(30)), connections),
      configuration: ApplicationConfiguration(
        address: .hostname(address.host, port: address.port),
        availableConnectionsDelegate: MaximumAvailableConnections(connections.limits.most)),
      logger: logger)
    return ListeningService(
      server: server, connections: connections, address: "\(address.host):\(address.port)",
      option: "--address")
  }

  private static func obey(
    _ signals: UnixSignalsSequence, _ group: ServiceGroup, _ scheduler: Scheduler, _ logger: Logger
  ) async {
    var isStopping = false
    for await signal in signals {
      if signal == .sighup {
        await scheduler.reload()
      } else if isStopping {
        // Every write of a store is a transaction: the store holds the run before or the run after.
        _exit(130)
      } else {
        isStopping = true
        logger.notice("\(signal): the service stops; a second signal ends it at once")
        Task { await endForSure(scheduler, logger) }
        await group.triggerGracefulShutdown()
      }
    }
  }
}

extension TenantDaemon {
  /// How long after the last run what still hangs is waited for: longer than open connections and a
  /// notification are.
  private static let longestEnd = Duration.seconds(20)

  /// Ends the process if a part of it does not end by itself, once nothing runs any more that writes.
  private static func endForSure(_ scheduler: Scheduler, _ logger: Logger) async {
    while !scheduler.hasFinished { try? await Task.sleep(for: .milliseconds(200)) }
    try? await Task.sleep(for: longestEnd)
    logger.error("a part of the service did not stop in time; it is left, and nothing is written")
    _exit(0)
  }
}

/// A server as a part of the service, which says whose address cannot be had, and ends connections that
/// are still open a while after it was told to stop.
private struct ListeningService: Service {
  static let longestEnd = Duration.seconds(10)

  let server: any Service
  let connections: Connections
  let address: String
  /// Where the address comes from.
  let option: String
  /// Waits until there is something to serve.
  var isReady: @Sendable () async -> Void = {}

  func run() async throws {
    await isReady()
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        group.addTask {
          try? await gracefulShutdown()
          try? await Task.sleep(for: Self.longestEnd)
          connections.closeAll()
          // Who waits for a directory is cancelled only now: an answer may still have come.
          try? await Task.sleep(for: .seconds(2))
        }
        try await group.next()
        group.cancelAll()
      }
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw Failure(
        .internalFailure,
        "the address \(address) is taken by another program; choose another one with \(option)")
    } catch let error as IOError where [EACCES, EADDRNOTAVAIL].contains(error.errnoCode) {
      throw Failure(
        .internalFailure,
        "the address \(address) of \(option) cannot be used: \(error.description)")
    }
  }
}

/// The schedule as a part of the service: it is stopped first, and ends when its runs have.
private struct ScheduleService: Service {
  let scheduler: Scheduler
  let notifier: Notifier

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await scheduler.run()
    } onGracefulShutdown: {
      scheduler.stop()
    }
    notifier.close()
  }
}

/// The notifications as a part of the service: they end when the last is delivered, or a while
/// after the schedule has ended.
private struct NotificationService: Service {
  static let longestEnd = Duration.seconds(10)

  let notifier: Notifier

  func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await notifier.run()
        // The schedule may have ended before this part was told to: that is no unexpected end of it.
        try? await gracefulShutdown()
      }
      group.addTask {
        try? await gracefulShutdown()
        try? await Task.sleep(for: Self.longestEnd)
      }
      await group.next()
      group.cancelAll()
    }
  }
}
