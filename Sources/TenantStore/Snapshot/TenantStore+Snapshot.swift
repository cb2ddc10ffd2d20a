internal import Authorization
internal import TenantCore

/// The snapshot of the last complete run.
extension TenantStore {
  /// Everything that the value gives, rows included, is of one moment: it has one read transaction until it is let
  /// go.
  func snapshot() async throws -> Snapshot? {
    let reading = try await engine.beginReading()
    return try await reading.read { try Self.snapshot($0, reading) }
  }

  private static func snapshot(
    _ database: StoreDatabase, _ reading: any StoreReading
  ) throws -> Snapshot? {
    guard let head = try head(database) else { return nil }
    return Snapshot(
      run: head.run, isLive: false, rows: StoredRows(reading: reading, run: head.run.id),
      vanishedLinks: head.vanishedLinks,
      unclaimed: try database.rows("SELECT user_name FROM unclaimed ORDER BY name_key")
        .compactMap { $0.text(0) },
      lastFailure: head.lastFailure)
  }

  /// All of a snapshot that is no list of rows or users.
  static func head(_ database: StoreDatabase) throws -> SnapshotHead? {
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
      unclaimedCount: Int(try database.integer("SELECT count(*) FROM unclaimed") ?? 0))
  }

  /// The run's counts with what was linked and unlinked by hand since (U5).
  private static func adjust(_ counts: inout StateCounts, _ database: StoreDatabase) throws {
    for row in try database.rows("SELECT state, row_count FROM adjustments") {
      if let state = RowState(rawValue: row.text(0) ?? "") {
        counts.add(state, Int(row.integer(1)))
      }
    }
  }

  /// Without the links that were removed or replaced by hand since.
  private static func stillLinked(_ vanished: [VanishedLink], _ database: StoreDatabase) throws
    -> [VanishedLink]
  {
    guard !vanished.isEmpty else { return [] }
    var parameters = RowImage()
    ValueList.append(vanished.map(\.link.guid), to: &parameters, for: database.dialect)
    let statement = try database.statement(
      """
      SELECT guid, user_id FROM link_rows WHERE guid IN \(database.dialect.guids(parameter: 1))
      """)
    try statement.bind(parameters)
    var users: [ObjectGUID: Int64] = [:]
    try statement.forEachRow {
      if let guid = statement.guid(0) { users[guid] = statement.integer(1) }
    }
    return vanished.filter { users[$0.link.guid] == $0.link.userID }
  }
}
