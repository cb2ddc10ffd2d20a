internal import TenantCore

/// What a row of the snapshot shows and other tables hold: the link's run and reason, the tenant user.
///
/// SQLite is asked row by row. PostgreSQL is asked at once for all rows that ``prepare(_:)`` names, when the first of
/// them is asked for.
final class SnapshotRowFacts {
  /// A row's link: the run that made it, and its reason.
  private typealias LinkFacts = (run: Int64, reason: Reason?)

  /// The latest complete run: a link that it made is `found` (semantics.md 5).
  let run: Int64
  /// False if that run made no link: then nothing is `found`, and no link has to be looked at.
  private let madeLinks: Bool
  private let database: StoreDatabase
  private let links: any Statement
  private let users: any Statement
  /// Whose facts are asked for at once, and what was found.
  private var prepared: [(batch: SnapshotBatch, rows: Range<Int>)] = []
  private var preparedLinks: [ObjectGUID: LinkFacts]?
  private var preparedUsers: [Int64: RowImage]?

  init(run: Int64, _ database: StoreDatabase) throws {
    self.run = run
    self.database = database
    madeLinks =
      (try database.integer("SELECT new_links FROM runs WHERE id = ?", RowImage(.integer(run))) ?? 0)
      > 0
    links = try database.statement(
      "SELECT l.guid, l.run, \(ReasonColumns.list(of: "l")) FROM links AS l WHERE l.guid = ?")
    users = try database.statement("SELECT id, user_name, windows_login FROM users WHERE id = ?")
  }

  /// Says which rows will be asked for next.
  func prepare(_ rows: [(batch: SnapshotBatch, rows: Range<Int>)]) {
    guard database.isPostgres else { return }
    prepared = rows
    preparedLinks = nil
    preparedUsers = nil
  }

  /// A row's state as it is shown.
  func state(of row: Int, in batch: SnapshotBatch) throws -> RowState {
    let stored = batch.state(of: row)
    guard madeLinks, stored == .linked, let guid = batch.guid(of: row) else { return stored }
    return try link(of: guid)?.run == run ? .found : stored
  }

  /// A row's reason: its own, or that of its link; nil if it has neither.
  func reason(of row: Int, in batch: SnapshotBatch) throws -> Reason? {
    if let own = batch.rest.reason(of: row) { return try own.reason() }
    return try batch.guid(of: row).flatMap { try link(of: $0)?.reason }
  }

  /// The name of a row's tenant user; nil if there is none.
  func userName(of row: Int, in batch: SnapshotBatch) throws -> [UInt8]? {
    try userText(1, of: row, in: batch)
  }

  /// The Windows login of a row's tenant user; nil if there is none.
  func windowsLogin(of row: Int, in batch: SnapshotBatch) throws -> [UInt8]? {
    try userText(2, of: row, in: batch)
  }

  private func userText(_ cell: Int, of row: Int, in batch: SnapshotBatch) throws -> [UInt8]? {
    guard let id = batch.userID(of: row) else { return nil }
    guard database.isPostgres else {
      try users.bind(RowImage(.integer(id)))
      defer { users.reset() }
      return try users.step() && !users.isNull(cell) ? users.bytes(cell) : nil
    }
    let known = try preparedUsers ?? findUsers()
    preparedUsers = known
    return known[id]?.slice(cell).map { Array($0) }
  }

  private func link(of guid: ObjectGUID) throws -> LinkFacts? {
    guard database.isPostgres else {
      try links.bind(RowImage(.blob(guid.bytes)))
      defer { links.reset() }
      return try links.step() ? try Self.facts(links) : nil
    }
    let known = try preparedLinks ?? findLinks()
    preparedLinks = known
    return known[guid]
  }

  private static func facts(_ statement: any Statement) throws -> LinkFacts {
    var image = RowImage()
    statement.read(into: &image)
    return (image.integer(1), try ReasonColumns.reason(in: image, from: 2))
  }

  private func findUsers() throws -> [Int64: RowImage] {
    var parameters = RowImage()
    ValueList.append(
      prepared.flatMap { part in part.rows.compactMap { part.batch.userID(of: $0) } },
      to: &parameters)
    let found = try database.rows(
      "SELECT id, user_name, windows_login FROM users WHERE id IN \(database.dialect.numbers)",
      parameters)
    return Dictionary(found.map { ($0.integer(0), $0) }) { first, _ in first }
  }

  private func findLinks() throws -> [ObjectGUID: LinkFacts] {
    var parameters = RowImage()
    ValueList.append(
      prepared.flatMap { part in part.rows.compactMap { part.batch.guid(of: $0) } },
      to: &parameters, for: database.dialect)
    let statement = try database.statement(
      """
      SELECT l.guid, l.run, \(ReasonColumns.list(of: "l")) FROM links AS l
      WHERE l.guid IN \(database.dialect.guids(parameter: 1))
      """)
    try statement.bind(parameters)
    var found: [ObjectGUID: LinkFacts] = [:]
    try statement.forEachRow {
      if let guid = statement.guid(0) { found[guid] = try Self.facts(statement) }
    }
    return found
  }
}
