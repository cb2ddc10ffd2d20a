/// Rows that go to PostgreSQL together, a column as an array.
///
/// `COPY` into a table is refused where row-level security is on
/// (https://www.postgresql.org/docs/current/sql-copy.html), and a temporary table in between would be made and dropped
/// by each run.
final class PostgresRowWriter: Statement, PendingWrite {
  /// Each time after so many rows it is looked how much waits.
  private static let lookEach = 1024

  private let transaction: PostgresTransaction
  private let rows: RowSet
  private var columns: [PostgresArray]
  private var count = 0

  let table: String
  var sql: String { rows.postgres }
  var size: Int { columns.reduce(0) { $0 + $1.size } }

  init(_ transaction: PostgresTransaction, _ rows: RowSet) {
    self.transaction = transaction
    self.rows = rows
    // What is more than one statement stands by itself.
    table = PendingWrites.table(of: rows.postgres) ?? ""
    columns = rows.columns.map { PostgresArray($0.kind) }
  }

  func run(_ image: RowImage) throws {
    if count == 0 { try transaction.add(self) }
    count += 1
    for (index, cell) in image.cells.enumerated() { columns[index].append(cell, of: image) }
    if count.isMultiple(of: Self.lookEach) { try transaction.limitPending() }
  }

  func take(into parameters: inout PostgresParameters) -> String {
    var types: [String] = []
    for (column, array) in zip(rows.columns, columns) {
      parameters.append(array)
      let type =
        switch column.kind {
        case .integer: "bigint"
        case .text: "text"
        case .blob: "bytea"
        }
      types.append("$\(parameters.parameters.count)::\(type)[]")
    }
    columns = rows.columns.map { PostgresArray($0.kind) }
    count = 0
    let names = (rows.columns.map(\.name) + ["place"]).joined(separator: ", ")
    return """
      WITH rows (\(names)) AS (
        SELECT * FROM unnest(\(types.joined(separator: ", "))) WITH ORDINALITY)
      \(rows.postgres)
      """
  }

  // What writes gives no rows.
  func bind(_ image: RowImage) throws { try run(image) }
  func step() throws -> Bool { false }
  func reset() {}
  func type(of column: Int) -> CellType { .null }
  func integer(_ column: Int) -> Int64 { 0 }
  func memory(_ column: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: nil, count: 0)
  }
  func read(into image: inout RowImage, columns: Int?) { image.clear() }
}
