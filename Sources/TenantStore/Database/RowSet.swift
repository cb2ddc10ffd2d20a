/// Rows that are written one by one in SQLite, and all at once in PostgreSQL.
struct RowSet: Sendable {
  /// What a column holds.
  enum Kind: Sendable { case integer, text, blob }

  /// In the order of the cells.
  let columns: [(name: String, kind: Kind)]
  /// A statement for one row.
  let sqlite: String
  /// A statement for the rows of `rows`, a list of rows with the names of the columns and, if ``needsPlace``, `place`,
  /// their order. They come in this order to who asks for no other.
  let postgres: String
  /// True if the statement names `place`.
  let needsPlace: Bool
  /// True if the rows cost as much in several statements as in one, because none looks through the table.
  let comesInPieces: Bool

  init(
    columns: [(name: String, kind: Kind)], sqlite: String, postgres: String,
    needsPlace: Bool = false, comesInPieces: Bool = false
  ) {
    self.columns = columns
    self.sqlite = sqlite
    self.postgres = postgres
    self.needsPlace = needsPlace
    self.comesInPieces = comesInPieces
  }

  private static func list(_ columns: [(name: String, kind: Kind)]) -> String {
    columns.map(\.name).joined(separator: ", ")
  }

  /// Adds rows to a table.
  static func insert(into table: String, _ columns: [(name: String, kind: Kind)]) -> RowSet {
    let names = list(columns)
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    return RowSet(
      columns: columns, sqlite: "INSERT INTO \(table) (\(names)) VALUES (\(places))",
      postgres: "INSERT INTO \(table) (\(names)) SELECT \(names) FROM rows",
      comesInPieces: true)
  }

  /// Adds rows, or replaces those with the same keys; of two with one key the last one counts.
  ///
  /// - Parameter index: what PostgreSQL's unique index is over, if not over the tenant and the key.
  static func put(
    into table: String, key: [String], index: String? = nil,
    _ columns: [(name: String, kind: Kind)]
  ) -> RowSet {
    let (names, keys) = (list(columns), key.joined(separator: ", "))
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    let others = columns.map(\.name).filter { !key.contains($0) }
      .map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
    return RowSet(
      columns: columns, sqlite: "INSERT OR REPLACE INTO \(table) (\(names)) VALUES (\(places))",
      postgres: """
        INSERT INTO \(table) (\(names))
        SELECT DISTINCT ON (\(keys)) \(names) FROM rows ORDER BY \(keys), place DESC
        ON CONFLICT (\(index ?? "tenant, \(keys)")) DO UPDATE SET \(others)
        """, needsPlace: true, comesInPieces: true)
  }

  /// Removes rows by one column.
  static func delete(from table: String, _ name: String, _ kind: Kind) -> RowSet {
    RowSet(
      columns: [(name, kind)], sqlite: "DELETE FROM \(table) WHERE \(name) = ?",
      postgres: "DELETE FROM \(table) WHERE \(name) IN (SELECT \(name) FROM rows)")
  }
}
