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
    let state = StateFolder(path: installation.statePath)
    self.logger = logger
    self.plugins = plugins
    refusalAudit = state.auditLog
    eventAudit = state.auditLog
    authenticator = Authenticator(
      directories: ActiveDirectorySignIn(logger: logger), credentials: StoredCredentials(state),
      operators: StoredOperators(state))
    tenants = TenantRegistry(
      files: TenantFolder(
        path: installation.tenantsPath, matchers: plugins.matcherDeclarations,
        refusedMatchers: plugins.refusedMatchers),
      plugins: plugins, actor: Actor.current(), refusals: state.auditLog, logger: logger,
      operators: { OperatorEditor($0, in: state) },
      ports: { [logger] permit in
        TenantPorts(
          stores: TenantStores(state), directories: ActiveDirectoryReader(logger: logger),
          plugins: TenantPlugins(plugins, tenant: permit.tenant),
          access: AccessEditor(permit, in: state), refusals: state.auditLog,
          events: state.auditLog, reviewAudit: state.auditLog,
          reviewKeys: ReviewKeyFile(permit, in: state))
      })
  }
}
