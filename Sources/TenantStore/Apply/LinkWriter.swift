internal import GRDB
internal import TenantCore

/// Adds rows to `links`.
struct LinkWriter {
  private let insert: RawStatement
  private var row = RowImage()

  init(_ database: Database) throws {
    let columns = ["guid", "user_id", "run", "domain", "login"] + ReasonColumns.names
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    insert = try RawStatement(
      database, "INSERT INTO links (\(columns.joined(separator: ", "))) VALUES (\(places))")
  }

  /// Adds a link with the reason that it keeps; run 0 is a link by hand.
  mutating func add(
    guid: ObjectGUID, userID: Int64, run: Int64, domain: String, login: ArraySlice<UInt8>,
    reason: Reason
  ) throws {
    row.clear()
    row.append(blob: guid.bytes)
    row.append(userID)
    row.append(run)
    row.append(nonNull: Array(domain.utf8)[...])
    row.append(nonNull: login)
    ReasonColumns.append(reason, to: &row)
    try insert.run(row)
  }
}
