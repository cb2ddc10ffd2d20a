internal import Administration
internal import TenantCore

/// Which rows changed since when, and what was counted of all of them.
extension TenantStore {
  func reviewHead() async throws -> ReviewHead { try await read { try Self.reviewHead($0) } }

  private static func reviewHead(_ database: StoreDatabase) throws -> ReviewHead {
    let signed = "FROM reviews WHERE state = 'signed' ORDER BY number DESC LIMIT 1"
    let row = try database.first(
      """
      SELECT now.basis, (SELECT counts FROM standing WHERE standing.basis = now.basis),
        (SELECT number FROM reviews WHERE state = 'open'), (SELECT number \(signed)),
        (SELECT closed_at \(signed))
      FROM (SELECT \(basis) AS basis) AS now
      """)
    guard let row else { throw PackedBytes.damage }
    return ReviewHead(
      open: row.number(2), signed: try row.number(3).map { (number: $0, at: try row.moment(4)) },
      standing: try row.text(1).map { try JSONText.decode(ReviewStanding.self, $0) },
      basis: row.text(0) ?? "")
  }

  /// Another text after each change that what a review asks for can depend on.
  private static let basis = """
    (SELECT coalesce(max(id), 0) FROM row_changes) || '/'
      || (SELECT coalesce(max(id), 0) FROM review_decisions) || '/'
      || (SELECT count(*) || '/' || count(*) FILTER (WHERE state = 'open') || '/'
        || count(*) FILTER (WHERE state = 'signed') FROM reviews)
    """

  /// Keeps what a first round would ask for after a run, unless the tenant has a review: then more is to be looked at.
  ///
  /// - Returns: true if it is kept.
  static func keep(firstRound: ReviewStanding, _ database: StoreDatabase) throws -> Bool {
    guard try database.first(reviewed.sql) == nil else { return false }
    // Nothing is asked behind what the run has written, so that all of it is sent at once (H5).
    try database.execute(
      """
      INSERT INTO standing (id, basis, counts)
      SELECT 0, now.basis, ? FROM (SELECT \(basis) AS basis) AS now WHERE 1 = 1
      ON CONFLICT (\(database.dialect.key("id")))
      DO UPDATE SET basis = excluded.basis, counts = excluded.counts
      WHERE standing.basis <> excluded.basis OR standing.counts <> excluded.counts
      """, RowImage(.text(try JSONText.encode(firstRound))))
    return true
  }

  /// How it is asked whether the tenant has a review.
  static let reviewed = Question(
    sql: "SELECT 1 FROM reviews WHERE state IN ('open', 'signed') LIMIT 1", columns: [.integer])

  func keep(_ standing: ReviewStanding, basis: String) async throws {
    try await write { database in
      // Whoever changed something meanwhile counts as well.
      guard try database.text("SELECT \(Self.basis)") == basis else { return }
      try Self.write(standing, basis, database)
    }
  }

  private static func write(
    _ standing: ReviewStanding, _ basis: String, _ database: StoreDatabase
  ) throws {
    try database.execute(
      """
      INSERT INTO standing (id, basis, counts) VALUES (0, ?, ?)
      ON CONFLICT (\(database.dialect.key("id")))
      DO UPDATE SET basis = excluded.basis, counts = excluded.counts
      """, RowImage(.text(basis), .text(try JSONText.encode(standing))))
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

  private static func lastRowChange(_ database: StoreDatabase) throws -> Int64 {
    try database.integer("SELECT max(id) FROM row_changes") ?? 0
  }

  /// What changed behind a change. All did if one behind it says so, or if it is of another store: numbers never come
  /// twice.
  static func rowsChanged(behind number: Int64, _ database: StoreDatabase) throws -> ChangedRows {
    let isUnknown = try database.integer(
      "SELECT id FROM row_changes WHERE id > ? AND keys IS NULL LIMIT 1",
      RowImage(.integer(number)))
    guard isUnknown == nil, try number <= lastRowChange(database) else { return .all }
    return .some(try keys(.change(number), database))
  }

  func rowsChanged(since: RowsSince) async throws -> ChangedRows {
    let name = tenant.name
    return try await read { database in
      if case .change(let number) = since { return try Self.rowsChanged(behind: number, database) }
      var since = since
      if case .run(let number) = since {
        let run = try database.integer(
          "SELECT max(id) FROM runs WHERE outcome = 'complete' AND id <= ?",
          RowImage(.integer(number)))
        guard let run else { return .all }
        since = .run(run)
      }
      let first = try database.first("SELECT run, at FROM row_changes ORDER BY id LIMIT 1")
      guard let first else { return .all }
      let run = first.integer(0)
      let beginning = first.text(1) ?? ""
      let isBefore =
        switch since {
        case .run(let number): number < run
        case .moment(let moment): moment.description <= beginning
        case .change: false
        }
      if isBefore {
        let earlier = try database.integer(
          "SELECT id FROM runs WHERE outcome = 'complete' AND id < ? LIMIT 1",
          RowImage(.integer(run)))
        guard earlier != nil else { return .all }
        throw StoreError(
          .notAvailable,
          "which rows of tenant '\(name)' changed is known from run \(run) of \(beginning) on, not before"
        )
      }
      return .some(try Self.keys(since, database))
    }
  }

  private static func keys(_ since: RowsSince, _ database: StoreDatabase) throws -> Set<RowKey> {
    let condition =
      switch since {
      case .run(let number): "run > \(number) OR (is_by_hand = 1 AND run = \(number))"
      // Times are written so that their texts have their order.
      case .moment(let moment): "at >= '\(moment)'"
      case .change(let number): "id > \(number)"
      }
    let statement = try database.statement(
      "SELECT keys FROM row_changes WHERE keys IS NOT NULL AND (\(condition))")
    var keys: Set<RowKey> = []
    try statement.forEachRow {
      try RowChangeKeys.read(statement.bytes(0)) { keys.insert($0) }
    }
    return keys
  }
}
