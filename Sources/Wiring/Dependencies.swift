internal import ActiveDirectory
package import Administration
package import Authorization
internal import Foundation
package import Logging
internal import PluginContract
internal import PluginHost
internal import TenantConfig
internal import TenantStore

/// What a program works with, wired together for one installation: the only place that knows the
/// concrete types. What is given away are the use cases and the ports.
package struct Dependencies: Sendable {
  /// Where messages go.
  package let logger: Logger
  /// All plugins that a tenant file or a command can name.
  package let plugins: PluginRegistry
  /// The tenants, and the permission check of each.
  package let tenants: TenantRegistry
  /// What verifies who signs in to a tenant or comes with a token.
  package let authenticator: Authenticator
  /// The installation's audit of refusals.
  package let refusalAudit: any RefusalAudit
  /// The installation's audit of what was done.
  package let eventAudit: any EventAudit
  /// What prepares and examines the place of the stores.
  package let storeCare: any StoreCare
  /// What is kept of those who sign in.
  package let signIn: SignInPorts
  /// Where hosts tell each other of previews; nil if no others share the store.
  package let previews: (any PreviewKeeping)?
  /// Asks whether the database answers; nil if the store is in files.
  package let probe: (@Sendable () async throws -> Void)?
  /// What tells of other hosts' work; nil if no others share the store.
  package let hostNews: (any HostNews)?

  /// Looks for plugins; opens nothing else yet.
  ///
  /// - Parameter label: the program's name, which begins each line of the log.
  package init(_ installation: Installation, label: String, logFormat: LogFormat = .text) {
    var logger = Logger(label: label) { SafeLogHandler(label: $0, format: logFormat) }
    logger.logLevel = installation.logLevel
    let outside = OutsidePlugins(
      PluginPlaces(
        folder: installation.pluginsFolder, environment: ProcessInfo.processInfo.environment),
      builtIn: BuiltInPlugins.names, limits: installation.pluginLimits, logger: logger)
    let plugins = PluginRegistry(
      matchers: BuiltInPlugins.matchers, exporters: BuiltInPlugins.exporters,
      document: BuiltInPlugins.document, host: outside)
    let kept = InstallationPorts(installation, applicationName: label)
    self.logger = logger
    self.plugins = plugins
    storeCare = installation.store.care
    refusalAudit = kept.audit
    eventAudit = kept.audit
    signIn = kept.signIn
    previews = kept.previews
    probe = kept.probe
    hostNews = kept.news
    authenticator = Authenticator(
      directories: ActiveDirectorySignIn(logger: logger), credentials: kept.credentials,
      operators: kept.operatorCredentials)
    tenants = TenantRegistry(
      files: TenantFolder(
        path: installation.tenantsPath, matchers: plugins.matcherDeclarations,
        refusedMatchers: plugins.refusedMatchers),
      plugins: plugins, actor: Actor.current(), refusals: kept.audit, logger: logger,
      operators: kept.operators,
      ports: { [logger] permit in
        TenantPorts(
          stores: kept.stores, directories: ActiveDirectoryReader(logger: logger),
          plugins: TenantPlugins(plugins, tenant: permit.tenant),
          access: kept.access(permit), refusals: kept.audit, events: kept.audit,
          reviewAudit: kept.audit, reviewKeys: kept.reviewKeys(permit))
      })
  }
}
