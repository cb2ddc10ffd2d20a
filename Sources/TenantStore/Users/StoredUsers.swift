internal import GRDB
internal import TenantCore

/// The stored users beside those of a users file, both in the order of their folded names.
struct StoredUsers {
  private let statement: RawStatement
  private var hasRow: Bool
  private var key = RowImage()

  /// - Parameter columns: what is read of each, behind the folded name.
  init(_ database: Database, columns: String) throws {
    statement = try RawStatement(
      database, "SELECT name_key, \(columns) FROM users ORDER BY name_key")
    hasRow = try statement.step()
  }

  /// Reads the user with a folded name; names are asked for in their order.
  ///
  /// - Returns: false if there is none; the row is as it was then.
  mutating func read(named name: ArraySlice<UInt8>, into row: inout RowImage) throws -> Bool {
    key.clear()
    key.append(nonNull: name)
    while hasRow {
      let place = statement.order(against: key, columns: 1)
      if place == 0 { statement.read(into: &row) }
      guard place < 0 else { return place == 0 }
      hasRow = try statement.step()
    }
    return false
  }
}
