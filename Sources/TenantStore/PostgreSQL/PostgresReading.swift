internal import OperatingSystem

/// A transaction that reads on a connection of its own, until the last reference goes.
final class PostgresReading: StoreReading {
  private let pool: PostgresPool
  private let connection: PostgresConnection
  private let tenant: String
  private let inUse = ConnectionLimit(1)

  init(_ pool: PostgresPool, _ connection: PostgresConnection, tenant: String) {
    self.pool = pool
    self.connection = connection
    self.tenant = tenant
  }

  deinit { pool.end(connection, tenant: tenant) }

  func read<R: Sendable>(_ body: @escaping @Sendable (StoreDatabase) throws -> R) async throws -> R
  {
    try await inUse.use {
      do {
        return try await OwnThread.run { cancellation in
          let transaction = PostgresTransaction(self.connection, cancellation)
          return try body(StoreDatabase(engine: .postgres(transaction)))
        }
      } catch {
        throw StoreError.wrapping(error, server: self.pool.server)
      }
    }
  }
}

/// There is no place among those that read for long.
struct TooManyReaders: Error {}
