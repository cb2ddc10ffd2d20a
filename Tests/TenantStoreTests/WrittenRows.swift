import Harness
import Testing

@testable import TenantStore

/// The rows that are in a store at a moment, to see how many are written from then on: added, changed or removed.
struct WrittenRows {
  private enum Moment {
    /// What SQLite has counted so far.
    case count(Int64)
    /// The versions of all rows: PostgreSQL makes another one of each row that is written, and be it with the same
    /// values.
    case versions(Set<String>)
  }

  private let moment: Moment

  init(_ store: TenantStore) async throws {
    moment = try await store.read { try Self.moment($0) }
  }

  init(_ database: StoreDatabase) throws { moment = try Self.moment(database) }

  func count(_ store: TenantStore) async throws -> Int {
    let moment = moment
    return try await store.read { try Self.count(moment, $0) }
  }

  func count(_ database: StoreDatabase) throws -> Int { try Self.count(moment, database) }

  private static func moment(_ database: StoreDatabase) throws -> Moment {
    guard database.isPostgres else {
      return .count(try database.integer("SELECT total_changes()") ?? 0)
    }
    // But the lease, which each transaction that writes passes through.
    let parts = PostgresTables.names.map {
      "SELECT '\($0) ' || ctid::text || ' ' || xmin::text FROM \($0)"
    }
    let rows = try database.rows(parts.joined(separator: " UNION ALL "))
    return .versions(Set(rows.compactMap { $0.text(0) }))
  }

  private static func count(_ moment: Moment, _ database: StoreDatabase) throws -> Int {
    switch (moment, try Self.moment(database)) {
    case (.count(let before), .count(let after)): Int(after - before)
    case (.versions(let before), .versions(let after)):
      max(after.subtracting(before).count, before.subtracting(after).count)
    default: -1
    }
  }
}
