internal import Administration
internal import PluginContract
internal import PluginHost
internal import TenantCore

/// The plugins of one tenant's work; outside ones are started when they are first wanted.
struct PluginUse: PluginUsing {
  private let known: KnownPlugins
  private let run: PluginRun
  private let tenant: Tenant

  init(_ known: KnownPlugins, _ run: PluginRun, tenant: Tenant) {
    self.known = known
    self.run = run
    self.tenant = tenant
  }

  func use<Value>(_ work: () async throws -> Value) async throws -> Value {
    try await run.use(work)
  }

  func matcher() throws -> any Matcher { try known.matcher(of: tenant, in: run) }

  func exporter(named name: String) throws -> ExporterPlugin {
    try known.exporter(named: name, in: run)
  }
}
