package import Administration
package import Authorization
internal import Foundation
package import Harness
internal import Synchronization
internal import TenantStore

/// Stores for tests, in either engine. In PostgreSQL all tests of a process share a database, each with tenants of its
/// own: that the database keeps tenants apart (H2) is thereby tested by all of them.
package enum TestStores {
  /// Opens the store of a permit's tenant.
  ///
  /// - Parameter folder: the state folder, for SQLite.
  package static func open(
    _ engine: TestEngine, folder: String, _ permit: Permit, writable: Bool = true
  ) throws -> any TenantStoring {
    switch engine {
    case .sqlite:
      try TenantStores(StateFolder(path: folder)).open(permit, writable: writable)
    case .postgresql: try PostgresStores(pool()).open(permit, writable: writable)
    }
  }

  /// A name that no other tenant of this cluster has.
  package static func uniqueName(_ name: String) -> String {
    "\(name)-\(UUID().uuidString.filter { $0 != "-" }.prefix(16).lowercased())"
  }

  /// The engine of this run of the tests.
  package static func engine() throws -> TestEngine {
    guard let engine = TestEngine.current else {
      throw CommandFailed(description: "TENANTCTL_TEST_STORE names no engine")
    }
    return engine
  }

  /// The connections to the database of this process, which is made when it is first wanted.
  private static func pool() throws -> PostgresPool {
    try shared.withLock { shared in
      if let shared { return shared }
      let cluster = try PostgresCluster()
      let url = try cluster.url(of: cluster.database())
      let pool = PostgresPool(
        StoreServer(conninfo: url, passwordFile: nil), applicationName: "tests", mostLong: 50)
      shared = pool
      return pool
    }
  }

  private static let shared = Mutex<PostgresPool?>(nil)
}
