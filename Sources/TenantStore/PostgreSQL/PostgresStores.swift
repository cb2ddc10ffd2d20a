package import Administration
package import Authorization
internal import Foundation
internal import TenantCore

/// The stores of all tenants, in one PostgreSQL.
package struct PostgresStores: TenantStoreOpening {
  private let pool: PostgresPool
  private let partitions: Int

  /// Takes the connections; nothing is opened yet.
  ///
  /// - Parameter partitions: how many threads may work on what is stored at once.
  package init(
    _ pool: PostgresPool, partitions: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.pool = pool
    self.partitions = partitions
  }

  /// Opens the store of the permit's tenant; the first transaction connects.
  package func open(_ permit: Permit, writable: Bool) throws -> any TenantStoring {
    TenantStore(
      permit: permit,
      engine: PostgresEngine(
        pool, tenant: permit.tenant.name, actor: permit.actor.userName, isWritable: writable),
      partitions: partitions)
  }
}
