internal import ActiveDirectory
internal import Authorization
internal import Logging
internal import PluginContract
internal import PluginHost
internal import Reconciliation
internal import TenantConfig
internal import TenantCore
internal import TenantStore

/// Wires the concrete types together: the only place that knows them all.
struct Workbench: Sendable {
  let folder: TenantFolder
  let state: StateFolder
  let actor: Actor
  let logger: Logger
  let notes: Notes
  let plugins: KnownPlugins
  private let pluginLimits: PluginLimits

  init(_ options: GlobalOptions) {
    plugins = KnownPlugins(options)
    pluginLimits = options.pluginLimits
    folder = TenantFolder(
      path: options.tenantsPath, matchers: plugins.matcherDeclarations,
      refusedMatchers: plugins.refusedMatchers)
    state = StateFolder(path: options.statePath)
    actor = Actor.current()
    var logger = Logger(label: "tenantctl") { SafeLogHandler(label: $0) }
    logger.logLevel = options.logLevel.level
    self.logger = logger
    notes = Notes(isQuiet: options.quiet, style: TextStyle(noColor: options.noColor))
  }

  private var authorizer: Authorizer { Authorizer(actor: actor, audit: state.refusalLog) }

  /// Opens the gate to a tenant, or refuses: a broken file is 78 for whoever can read it, an
  /// unknown tenant is refused like one without a role (A5).
  func session(_ tenant: String, action: String) throws -> TenantSession {
    guard let file = try readable(tenant) else {
      try authorizer.refuseUnknown(tenant, action: action)
    }
    let permit = try authorizer.permit(
      file.tenant, policy: file.access, fileOwner: file.owner, action: action)
    return TenantSession(
      permit: permit, stores: TenantStores(state),
      directories: ActiveDirectoryReader(logger: logger),
      refusals: state.refusalLog, logger: logger, notes: notes, plugins: plugins,
      run: pluginRun(of: file.tenant))
  }

  /// The outside plugins for one tenant's run; nothing is started yet.
  func pluginRun(of tenant: Tenant) -> PluginRun {
    PluginRun(limits: pluginLimits, logger: logger, pins: tenant.pluginHashes)
  }

  /// The tenant's file; nil if there is none, or none that this actor can read: the two look alike
  /// (A5).
  private func readable(_ tenant: String) throws -> TenantFile? {
    do {
      return try folder.load(tenant)
    } catch let error where isHidden(error) {
      return nil
    }
  }

  private func isHidden(_ error: TenantConfigError) -> Bool {
    error.code == .unreadable && !error.paths.contains(folder.path)
  }

  /// All tenants that this actor may administer; broken files come as failures.
  func administered() throws -> [(name: String, file: Result<TenantFile, TenantConfigError>)] {
    try folder.loadAll().filter { _, result in
      let file: TenantFile
      switch result {
      case .success(let read): file = read
      case .failure(let error): return !isHidden(error)
      }
      return authorizer.mayAdminister(policy: file.access, fileOwner: file.owner)
    }.map { ($0.name, $0.result) }
  }
}

/// One tenant, behind the gate.
struct TenantSession: Sendable {
  let permit: Permit
  let stores: TenantStores
  let directories: ActiveDirectoryReader
  let refusals: RefusalLog
  let logger: Logger
  let notes: Notes
  let plugins: KnownPlugins
  /// The outside plugins' processes, for ``withPlugins(_:)``.
  let run: PluginRun

  var tenant: Tenant { permit.tenant }

  func store(writable: Bool) throws -> any TenantStoring {
    try stores.open(permit, writable: writable)
  }

  /// Does work that may use outside plugins; after it their processes are gone.
  func withPlugins<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await run.use(work)
  }

  /// The tenant's matcher; outside plugins are started.
  func matcher() async throws -> any Matcher {
    try await OwnThread.run { try plugins.matcher(of: tenant, in: run) }
  }

  func reconciler(_ store: any TenantStoring) async throws -> Reconciler {
    var progress: (@Sendable (RunProgress) -> Void)?
    if let line = ProgressLine(tenant: tenant.name, notes: notes) {
      progress = { line.show($0) }
    }
    return Reconciler(
      permit: permit, directories: directories, store: store,
      matcher: try await matcher(), logger: logger, progress: progress)
  }
}
