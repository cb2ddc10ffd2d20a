internal import Authorization
internal import GRDB
internal import PluginContract
internal import TenantCore

/// What pages of long tables need, little at a time.
extension TenantStore {
  func revision() async throws -> StoreRevision {
    try await read { database in
      func number(_ sql: String) throws -> Int64 { try Int64.fetchOne(database, sql: sql) ?? 0 }
      return StoreRevision(
        run: try number("SELECT max(id) FROM runs"),
        change: try number("SELECT max(id) FROM changes"),
        snapshot: try number(
          "SELECT id FROM runs WHERE outcome = 'complete' ORDER BY id DESC LIMIT 1"))
    }
  }

  func linkCount() async throws -> Int {
    try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM links") ?? 0 }
  }

  func head() async throws -> SnapshotHead? { try await read { try Self.head($0) } }

  func rows(_ keys: [RowKey], columns: [RowColumn]) async throws -> RowBatch {
    try await read { database in
      let run = try RunRow.lastComplete(database)?.id ?? 0
      let rows = try RowStream(columns, run: run, database, isOneRow: true)
      var batch = RowBatch(columns: columns)
      for key in keys { try rows.add(key, to: &batch) }
      return batch
    }
  }

  func forEachReviewRows(_ body: @escaping @Sendable (ReviewRows) throws -> Void) async throws {
    try await read { try ReviewRowStream($0).forEachBatch(body) }
  }
}

/// One pass over the snapshot for what a table is searched, filtered and sorted by.
private struct ReviewRowStream {
  private let statement: RawStatement
  private let run: Int64
  /// What SQLite gives, in this order.
  private enum Cell: Int {
    case rowID, login, mail, domain, state, flags, firstName, lastName, userName, linkRun
  }

  init(_ database: Database) throws {
    run = try RunRow.lastComplete(database)?.id ?? 0
    statement = try RawStatement(
      database,
      """
      SELECT s.row_id, s.login_key, s.mail, s.domain, s.state, s.flags, s.first_name, s.last_name,
        u.user_name, l.run
      FROM snapshot AS s LEFT JOIN links AS l ON l.guid = s.row_id
      LEFT JOIN users AS u ON u.id = s.user_id
      ORDER BY s.domain_key, s.login_key, s.row_id
      """)
  }

  func forEachBatch(_ body: (ReviewRows) throws -> Void) throws {
    var rows = ReviewRows()
    var states = StateReader()
    var domain: (bytes: ArraySlice<UInt8>, text: String) = ([], "")
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      let stored = states.state(statement, Cell.state.rawValue)
      let isFound = stored == .linked && row.integer(Cell.linkRun.rawValue) == run
      rows.states.append(isFound ? .found : stored)
      let domainBytes = row.slice(Cell.domain.rawValue) ?? []
      if domainBytes != domain.bytes {
        domain = (domainBytes, String(decoding: domainBytes, as: UTF8.self))
      }
      rows.domains.append(domain.text)
      rows.add(row)
      if rows.states.count == RowBatch.maximumCount {
        try body(rows)
        rows = ReviewRows()
      }
    }
    if !rows.states.isEmpty { try body(rows) }
  }
}

extension ReviewRows {
  fileprivate mutating func add(_ row: RowImage) {
    let isGUID = row.guid(0) != nil
    keys.appendRecord([UInt8(ascii: isGUID ? "g" : "x")] + (row.slice(0) ?? []))
    login.appendRecord(row.slice(1))
    mail.appendRecord(row.slice(2))
    flags.append(AccountFlags(rawValue: UInt8(clamping: row.integer(5))))
    let names = [row.slice(6), row.slice(7)].compactMap(\.self)
    name.appendRecord(names.isEmpty ? nil : Array(names.joined(separator: [UInt8(ascii: " ")])))
    userName.appendRecord(row.slice(8))
  }
}
