internal import Authorization
internal import GRDB
internal import TenantCore

/// The snapshot of the last complete run.
extension TenantStore {
  /// Everything that the value gives, rows included, is of one moment: it has a connection of its
  /// own, within one read transaction until it is let go.
  func snapshot() async throws -> Snapshot? {
    do {
      let connection = try snapshotConnection()
      return try await connection.unsafeRead { database in
        if database.configuration.allowsUnsafeTransactions {
          try database.execute(sql: "BEGIN DEFERRED")
        }
        return try Self.snapshot(database, connection, path: path)
      }
    } catch {
      throw StoreError.wrapping(error, path: path)
    }
  }

  private func snapshotConnection() throws -> DatabaseQueue {
    // A store in memory has this one connection, and nobody who writes.
    guard database.path != ":memory:" else { return database }
    var configuration = TenantStores.configuration
    configuration.allowsUnsafeTransactions = true
    // Each row is read once: pages that were passed are of no more use, and there may be many readers.
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA query_only = ON; PRAGMA cache_size = -\(Self.streamCacheKiB)")
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  private static let streamCacheKiB = 4096

  private static func snapshot(
    _ database: Database, _ connection: DatabaseQueue, path: String
  ) throws -> Snapshot? {
    guard let head = try head(database) else { return nil }
    return Snapshot(
      run: head.run, isLive: false,
      rows: StoredRows(connection: connection, run: head.run.id, path: path),
      vanishedLinks: head.vanishedLinks,
      unclaimed: try String.fetchAll(
        database, sql: "SELECT user_name FROM unclaimed ORDER BY name_key"),
      lastFailure: head.lastFailure)
  }

  /// All of a snapshot that is no list of rows or users.
  static func head(_ database: Database) throws -> SnapshotHead? {
    guard var run = try RunRow.lastComplete(database) else { return nil }
    let latest = try RunRow.runs(database, "ORDER BY id DESC LIMIT 1").first
    let lastFailure = latest.flatMap { $0.id == run.id ? nil : $0 }
    try adjust(&run.counts, database)
    let vanished = try stillLinked(run.vanishedLinks, database).map { vanished in
      var vanished = vanished
      // S5: what the directory says now is not known.
      if lastFailure != nil, vanished.state != .userMissing { vanished.state = .sourceUnseen }
      return vanished
    }
    return SnapshotHead(
      run: run, lastFailure: lastFailure, vanishedLinks: vanished,
      unclaimedCount: try Int.fetchOne(database, sql: "SELECT count(*) FROM unclaimed") ?? 0)
  }

  /// The run's counts with what was linked and unlinked by hand since (U5).
  private static func adjust(_ counts: inout StateCounts, _ database: Database) throws {
    for row in try Row.fetchAll(database, sql: "SELECT state, row_count FROM adjustments") {
      if let state = RowState(rawValue: row["state"]) { counts.add(state, row["row_count"]) }
    }
  }

  /// Without the links that were removed or replaced by hand since.
  private static func stillLinked(_ vanished: [VanishedLink], _ database: Database) throws
    -> [VanishedLink]
  {
    guard !vanished.isEmpty else { return [] }
    let statement = try RawStatement(
      database, "SELECT 1 FROM links WHERE guid = ? AND user_id = ?")
    var row = RowImage()
    return try vanished.filter { vanished in
      row.clear()
      row.append(blob: vanished.link.guid.bytes)
      row.append(vanished.link.userID)
      try statement.bind(row)
      return try statement.step()
    }
  }
}
