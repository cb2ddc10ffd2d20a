internal import ActiveDirectory
package import Administration
package import Authorization
package import Logging
package import PluginHost
package import TenantConfig
package import TenantCore
package import TenantStore

/// Wires the concrete types together: the only place that knows them all.
package struct Workbench: Sendable {
  /// The tenant files.
  package let folder: TenantFolder
  /// Stores and audit.
  package let state: StateFolder
  /// Who acts: the operating system's user (A3).
  package let actor: Actor
  /// Where messages go.
  package let logger: Logger
  /// All plugins that a tenant file or a command can name.
  package let plugins: KnownPlugins
  private let pluginLimits: PluginLimits

  /// Looks for plugins; opens nothing else yet.
  ///
  /// - Parameter label: the program's name, which begins each line of the log.
  package init(_ installation: Installation, label: String, logFormat: LogFormat = .text) {
    plugins = KnownPlugins(folder: installation.pluginsFolder)
    pluginLimits = installation.pluginLimits
    folder = TenantFolder(
      path: installation.tenantsPath, matchers: plugins.matcherDeclarations,
      refusedMatchers: plugins.refusedMatchers)
    state = StateFolder(path: installation.statePath)
    actor = Actor.current()
    var logger = Logger(label: label) { SafeLogHandler(label: $0, format: logFormat) }
    logger.logLevel = installation.logLevel
    self.logger = logger
  }

  private var authorizer: Authorizer { authorizer(of: actor) }

  private func authorizer(of actor: Actor) -> Authorizer {
    Authorizer(actor: actor, audit: state.auditLog)
  }

  /// The installation's audit of refusals.
  package var refusalAudit: any RefusalAudit { state.auditLog }

  /// What verifies the local users and tokens of all tenants.
  package var credentials: any CredentialChecking { StoredCredentials(state) }

  /// What verifies sign-ins by the tenants' own directories.
  package var signIn: any DirectorySignIn { ActiveDirectorySignIn(logger: logger) }

  /// Opens the gate to a tenant, or refuses: a broken file is 78 for whoever can read it, an
  /// unknown tenant is refused like one without a role (A5).
  package func session(_ tenant: String, action: String) throws -> TenantSession {
    guard let file = try readable(tenant) else {
      try authorizer.refuseUnknown(tenant, action: action)
    }
    return try session(file, action: action)
  }

  /// Opens the gate to a tenant as a file that was read describes it, or refuses.
  ///
  /// - Parameter actor: who acts; nil for the user of this process.
  package func session(
    _ file: TenantFile, action: String, as actor: Actor? = nil
  ) throws -> TenantSession {
    let authorizer = authorizer(of: actor ?? self.actor)
    let permit = try authorizer.permit(
      file.tenant, policy: file.access, fileOwner: file.owner, action: action)
    let ports = TenantPorts(
      stores: TenantStores(state), directories: ActiveDirectoryReader(logger: logger),
      plugins: PluginUse(plugins, pluginRun(of: file.tenant), tenant: file.tenant),
      access: AccessEditor(permit, in: state), refusals: state.auditLog)
    return TenantSession(
      permit: permit, policy: file.access, fileOwner: file.owner, authorizer: authorizer,
      ports: ports, logger: logger)
  }

  /// The outside plugins for one tenant's run; nothing is started yet.
  package func pluginRun(of tenant: Tenant) -> PluginRun {
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

  /// True if an error says only that this actor cannot read a file.
  package func isHidden(_ error: TenantConfigError) -> Bool {
    error.code == .unreadable && !error.paths.contains(folder.path)
  }

  /// All tenants that this actor may administer; broken files come as failures.
  package func administered() throws
    -> [(name: String, file: Result<TenantFile, TenantConfigError>)]
  {
    try folder.loadAll().filter { _, result in
      switch result {
      case .success(let file): mayAdminister(file)
      case .failure(let error): !isHidden(error)
      }
    }.map { ($0.name, $0.result) }
  }

  /// True if a session would be given; nothing is audited, because nothing was asked for.
  package func mayAdminister(_ file: TenantFile) -> Bool {
    authorizer.mayAdminister(file.tenant, policy: file.access, fileOwner: file.owner)
  }
}
