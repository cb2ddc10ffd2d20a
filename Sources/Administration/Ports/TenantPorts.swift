package import Authorization

/// The world outside, as one tenant's use cases see it.
package struct TenantPorts: Sendable {
  package let stores: any TenantStoreOpening
  package let directories: any DirectoryReading
  package let plugins: TenantPlugins
  package let access: any AccessStoring
  package let refusals: any RefusalReading
  package let reviewAudit: any ReviewAudit
  package let reviewKeys: any ReviewKeyStoring

  package init(
    stores: any TenantStoreOpening, directories: any DirectoryReading, plugins: TenantPlugins,
    access: any AccessStoring, refusals: any RefusalReading, reviewAudit: any ReviewAudit,
    reviewKeys: any ReviewKeyStoring
  ) {
    self.stores = stores
    self.directories = directories
    self.plugins = plugins
    self.access = access
    self.refusals = refusals
    self.reviewAudit = reviewAudit
    self.reviewKeys = reviewKeys
  }
}

/// The audit of refusals, to read.
package protocol RefusalReading: Sendable {
  /// Who was refused in a tenant, the latest first; waits for a file.
  func refusals(ofTenant tenant: String, limit: Int?) throws -> [RefusalRecord]
}
