/// Rows that go to PostgreSQL together, a column as an array.
final class PostgresRowWriter: Statement, PendingWrite {
  /// Each time after so many rows it is looked how much waits.
  private static let (lookEach, lookEachInStream) = (1024, 16)
  /// So many bytes are a row of a stream, if they may come in pieces.
  private static let piece = 512 << 10

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
    guard transaction.isStreaming, count.isMultiple(of: Self.lookEachInStream) else { return }
    if rows.comesInPieces, size >= Self.piece {
      try transaction.flush()
    } else if count.isMultiple(of: Self.lookEach) {
      try transaction.push()
    }
  }

  func take(into parameters: inout PostgresParameters) -> String {
    var lists: [String] = []
    for (column, array) in zip(rows.columns, columns) {
      parameters.append(array)
      let type =
        switch column.kind {
        case .integer: "bigint"
        case .text: "text"
        case .blob: "bytea"
        }
      lists.append("$\(parameters.parameters.count)::\(type)[]")
    }
    columns = rows.columns.map { PostgresArray($0.kind) }
    count = 0
    // Where rows are asked for in FROM they are all written to a temporary file first, and where they are asked for in
    // SELECT each is taken when its turn comes, in the order of the arrays.
    var values = zip(rows.columns, lists).map { "unnest(\($1)) AS \($0.name)" }
    if rows.needsPlace { values.append("generate_subscripts(\(lists[0]), 1) AS place") }
    return """
      WITH rows AS (SELECT \(values.joined(separator: ", ")))
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
