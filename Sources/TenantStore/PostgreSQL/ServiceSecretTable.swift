internal import Administration
internal import Synchronization

/// The service's secret, the same at all hosts that share a PostgreSQL.
package final class ServiceSecretTable: ServiceSecretKeeping {
  private let pool: PostgresPool
  /// It never changes.
  private let known = Mutex<[UInt8]?>(nil)

  package init(_ pool: PostgresPool) { self.pool = pool }

  package func serviceSecret() async throws -> [UInt8] {
    if let secret = known.withLock(\.self) { return secret }
    let secret = if let kept = try await kept() { kept } else { try await made() }
    known.withLock { $0 = secret }
    return secret
  }

  private func kept() async throws -> [UInt8]? {
    try await pool.read(tenant: AccessOwner.installation, Self.find)
  }

  /// The first of those who make one at once counts.
  private func made() async throws -> [UInt8] {
    let new = RandomBytes.make()
    return try await pool.append(tenant: AccessOwner.installation) { database in
      try database.execute(
        "INSERT INTO service_secrets (name, secret) VALUES ('service', ?) ON CONFLICT DO NOTHING",
        RowImage(.blob(new)))
      guard let secret = try Self.find(database) else {
        throw StoreError(.store, "the secret of the service cannot be kept in the database")
      }
      return secret
    }
  }

  private static func find(_ database: StoreDatabase) throws -> [UInt8]? {
    try database.first("SELECT secret FROM service_secrets WHERE name = 'service'")
      .flatMap { $0.slice(0).map(Array.init) }
  }
}
