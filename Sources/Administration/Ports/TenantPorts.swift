package import Authorization
package import PluginContract

/// The world outside, as one tenant's use cases see it.
package struct TenantPorts: Sendable {
  package let stores: any TenantStoreOpening
  package let directories: any DirectoryReading
  package let plugins: any PluginUsing
  package let access: any AccessStoring
  package let refusals: any RefusalReading

  package init(
    stores: any TenantStoreOpening, directories: any DirectoryReading, plugins: any PluginUsing,
    access: any AccessStoring, refusals: any RefusalReading
  ) {
    self.stores = stores
    self.directories = directories
    self.plugins = plugins
    self.access = access
    self.refusals = refusals
  }
}

/// The plugins of one tenant's work, those that are linked in and those outside alike.
package protocol PluginUsing: Sendable {
  /// Does work that may use outside plugins; after it their processes are gone.
  func use<Value>(_ work: () async throws -> Value) async throws -> Value

  /// The matcher that the tenant file names, with its strategies. Waits for outside plugins.
  ///
  /// - Throws: an option's error; the tenant file's reader knows its type, not what it means.
  func matcher() throws -> any Matcher

  /// An exporter by the name of its format.
  func exporter(named name: String) throws -> ExporterPlugin
}

/// The audit of refusals, to read.
package protocol RefusalReading: Sendable {
  /// Who was refused in a tenant, the latest first; waits for a file.
  func refusals(ofTenant tenant: String, limit: Int?) throws -> [RefusalRecord]
}
