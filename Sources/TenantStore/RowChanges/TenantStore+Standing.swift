internal import Administration
internal import GRDB
internal import TenantCore

/// Which rows changed since when, and what was counted of all of them.
extension TenantStore {
  func reviewHead() async throws -> ReviewHead { try await read { try Self.reviewHead($0) } }

  private static func reviewHead(_ database: Database) throws -> ReviewHead {
    let basis = try basis(database)
    let row = try Row.fetchOne(
      database, sql: "SELECT counts FROM standing WHERE basis = ?", arguments: [basis])
    let signed = try Row.fetchOne(
      database,
      sql:
        "SELECT number, closed_at FROM reviews WHERE state = 'signed' ORDER BY number DESC LIMIT 1"
    )
    return ReviewHead(
      open: try Int64.fetchOne(database, sql: "SELECT number FROM reviews WHERE state = 'open'"),
      signed: signed.flatMap { row in
        let closed: String = row["closed_at"]
        return Timestamp(closed).map { (row["number"], $0) }
      },
      standing: try row.map { try JSONText.decode(ReviewStanding.self, $0["counts"]) },
      basis: basis)
  }

  /// Another text after each change that what a review asks for can depend on.
  private static func basis(_ database: Database) throws -> String {
    try String.fetchOne(
      database,
      sql: """
        SELECT (SELECT coalesce(max(id), 0) FROM row_changes) || '/'
          || (SELECT coalesce(max(id), 0) FROM review_decisions) || '/'
          || (SELECT count(*) || '/' || total(state = 'open') || '/' || total(state = 'signed')
            FROM reviews)
        """) ?? ""
  }

  func keep(_ standing: ReviewStanding, basis: String) async throws {
    let counts = try JSONText.encode(standing)
    try await write { database in
      // Whoever changed something meanwhile counts as well.
      guard try Self.basis(database) == basis else { return }
      try database.execute(
        sql: "INSERT OR REPLACE INTO standing (id, basis, counts) VALUES (0, ?, ?)",
        arguments: [basis, counts])
    }
  }

  func forEachRowState(
    _ body: @escaping @Sendable ([(RowState, AccountFlags)]) throws -> Void
  ) async throws {
    try await read { database in
      try SnapshotReader(database, .codes).forEachSegment { batch, rows in
        try body(rows.map { (batch.state(of: $0), batch.flags(of: $0)) })
      }
    }
  }

  func lastRowChange() async throws -> Int64 { try await read { try Self.lastRowChange($0) } }

  private static func lastRowChange(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "SELECT max(id) FROM row_changes") ?? 0
  }

  /// What changed behind a change. All did if one behind it says so, or if it is of another store: numbers never come
  /// twice.
  static func rowsChanged(behind number: Int64, _ database: Database) throws -> ChangedRows {
    let isUnknown = try Bool.fetchOne(
      database,
      sql: "SELECT EXISTS (SELECT 1 FROM row_changes WHERE id > ? AND keys IS NULL)",
      arguments: [number])
    guard isUnknown == false, try number <= lastRowChange(database) else { return .all }
    return .some(try keys(.change(number), database))
  }

  func rowsChanged(since: RowsSince) async throws -> ChangedRows {
    let name = tenant.name
    return try await read { database in
      if case .change(let number) = since { return try Self.rowsChanged(behind: number, database) }
      var since = since
      if case .run(let number) = since {
        let run = try Int64.fetchOne(
          database, sql: "SELECT max(id) FROM runs WHERE outcome = 'complete' AND id <= ?",
          arguments: [number])
        guard let run else { return .all }
        since = .run(run)
      }
      let first = try Row.fetchOne(
        database, sql: "SELECT run, at, keys FROM row_changes ORDER BY id LIMIT 1")
      guard let first else { return .all }
      let run: Int64 = first["run"]
      let beginning: String = first["at"]
      let isBefore =
        switch since {
        case .run(let number): number < run
        case .moment(let moment): moment.description <= beginning
        case .change: false
        }
      if isBefore {
        let earlier = try Int64.fetchOne(
          database, sql: "SELECT id FROM runs WHERE outcome = 'complete' AND id < ? LIMIT 1",
          arguments: [run])
        guard earlier != nil else { return .all }
        throw StoreError(
          .notAvailable,
          "which rows of tenant '\(name)' changed is known from run \(run) of \(beginning) on, not before"
        )
      }
      return .some(try Self.keys(since, database))
    }
  }

  private static func keys(_ since: RowsSince, _ database: Database) throws -> Set<RowKey> {
    let condition =
      switch since {
      case .run(let number): "run > \(number) OR (is_by_hand AND run = \(number))"
      // Times are written so that their texts have their order.
      case .moment(let moment): "at >= '\(moment)'"
      case .change(let number): "id > \(number)"
      }
    let statement = try RawStatement(
      database, "SELECT keys FROM row_changes WHERE keys IS NOT NULL AND (\(condition))")
    var keys: Set<RowKey> = []
    try statement.forEachRow {
      try RowChangeKeys.read(statement.bytes(0)) { keys.insert($0) }
    }
    return keys
  }
}
