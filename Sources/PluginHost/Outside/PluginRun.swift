import Foundation
package import Logging
package import PluginContract
internal import Synchronization
internal import TenantCore
internal import YAMLFiles

/// The outside plugins of one run: one process for each, started when it is first wanted, gone when
/// the run is closed, at the latest when nothing of it is in use any more.
///
/// Starting and asking wait for the plugin: to be used on a thread that may wait.
package final class PluginRun: Sendable {
  private let limits: PluginLimits
  private let logger: Logger
  /// The SHA-256 that a tenant file demands, by the plugin's name.
  private let pins: [String: String]
  private let state = Mutex(State())

  private struct State {
    var sessions: [String: PluginSession] = [:]
    var isCancelled = false
  }

  /// Makes a run; nothing is started yet.
  package init(
    limits: PluginLimits = PluginLimits(), logger: Logger, pins: [String: String] = [:]
  ) {
    self.limits = limits
    self.logger = logger
    self.pins = pins
  }

  /// A matcher that a plugin's process makes.
  ///
  /// - Throws: ``PluginError``, ``PluginContract/OptionError`` if an option makes no sense to it, or
  ///   `CancellationError` if the work around it was cancelled.
  package func matcher(
    _ plugin: InstalledPlugin, _ context: MatcherContext
  ) throws -> any Matcher {
    try Self.matcher(session(plugin), context)
  }

  /// Has a process make a matcher.
  static func matcher(_ session: PluginSession, _ context: MatcherContext) throws -> any Matcher {
    let number = session.nextMatcher()
    let order = HostMessage.make(MakeMatcher(matcher: number, context: context))
    let question = session.process.ask(try ControlFrame.encode(order))
    guard let frame = try session.process.waitForFrame(of: question) else {
      throw session.failure("it did not make a matcher")
    }
    guard case .made(let made) = try session.message(in: frame) else {
      throw try session.complaint(in: frame, isBeginning: true)
    }
    return try OutsideMatcher(made, number: number, session: session)
  }

  /// An exporter that a plugin's process is, for one file.
  package func exporter(_ plugin: InstalledPlugin) throws -> any Exporter {
    OutsideExporter(session: try session(plugin), limits: limits)
  }

  /// Does work that may use plugins; after it their processes are gone.
  ///
  /// If the task is cancelled, a plugin that hangs is not waited for: whoever waits for one gets a
  /// `CancellationError`.
  package func use<Value>(_ work: () async throws -> Value) async throws -> Value {
    defer { close() }
    return try await withTaskCancellationHandler(operation: work, onCancel: { cancel() })
  }

  /// Ends all processes, and waits until they are gone.
  package func close() {
    let open = state.withLock { state in
      defer { state.sessions = [:] }
      return Array(state.sessions.values)
    }
    for session in open { session.process.close() }
  }

  private func cancel() {
    let open = state.withLock { state in
      state.isCancelled = true
      return Array(state.sessions.values)
    }
    for session in open { session.process.cancel() }
  }

  /// The process of a plugin; started at the first call.
  private func session(_ plugin: InstalledPlugin) throws -> PluginSession {
    let session = try state.withLock { state in
      if state.isCancelled { throw CancellationError() }
      if let session = state.sessions[plugin.name] { return session }
      let program = try plugin.program(pin: pins[plugin.name])
      let session = try PluginSession(
        program, limits: limits, logger: logger,
        remedy: .checkPlugin(folder: plugin.folder))
      state.sessions[plugin.name] = session
      return session
    }
    // Without the lock: a plugin that hangs keeps neither another nor a cancellation waiting.
    try session.waitForGreeting()
    return session
  }
}
