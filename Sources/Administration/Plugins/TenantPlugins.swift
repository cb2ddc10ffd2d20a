package import PluginContract
package import TenantCore

/// The plugins of one tenant's work, those that are linked in and those outside alike; outside ones
/// are started when they are first wanted.
package struct TenantPlugins: Sendable {
  private let registry: PluginRegistry
  private let run: any PluginRunning
  private let tenant: Tenant

  /// Takes the plugins for a tenant's work; nothing is started yet.
  package init(_ registry: PluginRegistry, tenant: Tenant) {
    self.registry = registry
    self.tenant = tenant
    run = registry.host.begin(pins: tenant.pluginHashes)
  }

  /// Does work that may use outside plugins; after it their processes are gone.
  package func use<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await run.use(work)
  }

  /// The matcher that the tenant file names, with its strategies. Waits for outside plugins.
  ///
  /// - Throws: an option's error; the tenant file's reader knows its type, not what it means.
  package func matcher() throws -> any Matcher { try registry.matcher(of: tenant, in: run) }

  /// An exporter by the name of its format.
  package func exporter(named name: String) throws -> ExporterPlugin {
    try registry.exporter(named: name, in: run)
  }
}
