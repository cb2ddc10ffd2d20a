/// Rows that are written one by one in SQLite, and all at once in PostgreSQL.
struct RowSet: Sendable {
  /// What a column holds.
  enum Kind: Sendable { case integer, text, blob }

  /// In the order of the cells.
  let columns: [(name: String, kind: Kind)]
  /// A statement for one row.
  let sqlite: String
  /// A statement for the rows of `rows`, a list of rows with the names of the columns and `place`, their order.
  let postgres: String

  init(columns: [(name: String, kind: Kind)], sqlite: String, postgres: String) {
    self.columns = columns
    self.sqlite = sqlite
    self.postgres = postgres
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
      postgres: "INSERT INTO \(table) (\(names)) SELECT \(names) FROM rows ORDER BY place")
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
        """)
  }

  /// Removes rows by one column.
  static func delete(from table: String, _ name: String, _ kind: Kind) -> RowSet {
    RowSet(
      columns: [(name, kind)], sqlite: "DELETE FROM \(table) WHERE \(name) = ?",
      postgres: "DELETE FROM \(table) WHERE \(name) IN (SELECT \(name) FROM rows)")
  }
}
