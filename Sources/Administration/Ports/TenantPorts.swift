package import Authorization
package import TenantCore

/// The world outside, as one tenant's use cases see it.
package struct TenantPorts: Sendable {
  package let stores: any TenantStoreOpening
  package let directories: any DirectoryReading
  package let plugins: TenantPlugins
  package let access: any AccessStoring
  package let refusals: any RefusalReading
  package let events: any EventAudit & EventReading
  package let reviewAudit: any ReviewAudit
  package let reviewKeys: any ReviewKeyStoring

  package init(
    stores: any TenantStoreOpening, directories: any DirectoryReading, plugins: TenantPlugins,
    access: any AccessStoring, refusals: any RefusalReading,
    events: any EventAudit & EventReading, reviewAudit: any ReviewAudit,
    reviewKeys: any ReviewKeyStoring
  ) {
    self.stores = stores
    self.directories = directories
    self.plugins = plugins
    self.access = access
    self.refusals = refusals
    self.events = events
    self.reviewAudit = reviewAudit
    self.reviewKeys = reviewKeys
  }
}

/// The audit of refusals, to read.
package protocol RefusalReading: Sendable {
  /// Who was refused in a tenant, the latest first; waits for a file.
  func refusals(
    ofTenant tenant: String, fitting filter: HistoryFilter, limit: Int?
  ) throws -> [RefusalRecord]
}

/// The audit of what was done, to read.
package protocol EventReading: Sendable {
  /// What was done in a tenant, changes of access and of reviews among it, the latest first; waits for a file.
  func events(
    ofTenant tenant: String, fitting filter: HistoryFilter, limit: Int?
  ) throws -> [AuditEvent]
}
