internal import OperatingSystem
internal import Synchronization

/// A transaction that is under way on one connection.
final class PostgresTransaction {
  private let connection: PostgresConnection
  private let cancellation: Cancellation
  /// Those with rows that are not sent yet, in the order of their first rows.
  private var pending: [PostgresRowWriter] = []

  /// Where snapshots are remembered; nil in a transaction that may change them.
  private let kept: (snapshots: KeptSnapshots, tenant: String)?
  private var snapshot: KeptSnapshot?

  init(
    _ connection: PostgresConnection, _ cancellation: Cancellation,
    kept: (snapshots: KeptSnapshots, tenant: String)? = nil
  ) {
    self.connection = connection
    self.cancellation = cancellation
    self.kept = kept
  }

  private static let count = Atomic<Int64>(0)
  private let number = PostgresTransaction.count.add(1, ordering: .relaxed).newValue
  private var changes: Int64 = 0

  /// What is other within a transaction that writes, after each statement that may, and for all others: such a
  /// transaction sees what is nobody else's yet, and may never be.
  var ownVersion: [Int64] { kept == nil ? [number, changes] : [] }

  /// The highest numbers of the tables into which a run writes, which are looked up at once; those of tables into which
  /// something was written since are left out.
  private var numbers: [String: Int64]?
  private static let numbered = [
    ("runs", "id"), ("changes", "id"), ("row_changes", "id"), ("snapshot_batches", "number"),
  ]

  func lastNumbers(_ database: StoreDatabase) throws -> [String: Int64] {
    if let numbers { return numbers }
    let columns = Self.numbered.map { "(SELECT max(\($0.1)) FROM \($0.0))" }
    let row = try database.first("SELECT \(columns.joined(separator: ", "))")
    var found: [String: Int64] = [:]
    for (column, table) in Self.numbered.enumerated() {
      found[table.0] = row?.integer(column) ?? 0
    }
    numbers = found
    return found
  }

  /// Notes that a statement writes, or will.
  private func noteWrite(_ sql: String) {
    for (table, _) in Self.numbered where sql.contains(table) { numbers?[table] = nil }
  }

  /// What is remembered of the snapshot that this transaction sees.
  func keptSnapshot() throws -> KeptSnapshot? {
    guard let kept, snapshot == nil else { return snapshot }
    let run =
      try StoreDatabase(engine: .postgres(self)).text(
        """
        SELECT id || '/' || completed_at FROM runs WHERE outcome = 'complete'
        ORDER BY id DESC LIMIT 1
        """) ?? ""
    snapshot = kept.snapshots.snapshot(of: kept.tenant, run: run)
    return snapshot
  }

  /// Runs a statement, behind all that was to be written before it.
  func execute(_ sql: String, _ parameters: PostgresParameters) throws -> PostgresResult? {
    try flush()
    try cancellation.check()
    if !sql.hasPrefix("SELECT") {
      changes += 1
      noteWrite(sql)
    }
    return try connection.execute(sql, parameters, cancellation)
  }

  /// Runs statements without parameters.
  func execute(all sql: String) throws {
    try flush()
    try cancellation.check()
    changes += 1
    noteWrite(sql)
    try connection.execute(all: sql, cancellation)
  }

  /// Sends all rows that wait.
  func flush() throws {
    let writers = pending
    pending = []
    for writer in writers {
      try cancellation.check()
      let (sql, parameters) = writer.take()
      changes += 1
      _ = try connection.execute(sql, parameters, cancellation)
    }
  }

  /// Notes that a writer has rows.
  fileprivate func add(_ writer: PostgresRowWriter) {
    pending.append(writer)
    noteWrite(writer.sql)
  }

  /// `?` and `?1` as PostgreSQL has them: `$1`. What stands in quotes is left as it is.
  static func numbered(_ sql: String) -> String {
    guard sql.utf8.contains(UInt8(ascii: "?")) else { return sql }
    var text: [UInt8] = []
    var (number, isQuoted) = (0, false)
    let bytes = Array(sql.utf8)
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "'") { isQuoted.toggle() }
      guard byte == UInt8(ascii: "?"), !isQuoted else {
        text.append(byte)
        continue
      }
      text.append(UInt8(ascii: "$"))
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
        number += 1
        text.append(contentsOf: String(number).utf8)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// A statement of PostgreSQL; all its rows are fetched when the first is.
final class PostgresStatement: Statement {
  private let transaction: PostgresTransaction
  private let sql: String
  private var parameters = PostgresParameters()
  private var result: PostgresResult?
  private var row = -1
  /// Texts of the current row that are not stored as they are.
  private var originals = OriginalTexts()

  init(_ transaction: PostgresTransaction, _ sql: String) throws {
    self.transaction = transaction
    self.sql = PostgresTransaction.numbered(sql)
  }

  func run(_ image: RowImage) throws {
    _ = try transaction.execute(sql, PostgresParameters(image))
  }

  func bind(_ image: RowImage) throws {
    reset()
    parameters = PostgresParameters(image)
  }

  func step() throws -> Bool {
    if result == nil {
      result = try transaction.execute(sql, parameters)
      row = -1
    }
    row += 1
    originals.clear()
    return row < result?.rowCount ?? 0
  }

  func reset() {
    result = nil
    row = -1
    originals.clear()
  }

  func type(of column: Int) -> CellType { result?.type(row, column) ?? .null }

  func integer(_ column: Int) -> Int64 { result?.integer(row, column) ?? 0 }

  func memory(_ column: Int) -> UnsafeRawBufferPointer {
    guard let result else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    let memory = unsafe result.memory(row, column)
    return unsafe type(of: column) == .text ? originals.original(of: memory) : memory
  }

  func read(into image: inout RowImage, columns: Int?) {
    image.clear()
    guard let result else { return }
    for column in 0..<(columns ?? result.columnCount) {
      switch result.type(row, column) {
      case .null: image.appendNull()
      case .integer: image.append(result.integer(row, column))
      case .text: unsafe image.append(memory(column), isText: true)
      case .blob: unsafe image.append(result.memory(row, column), isText: false)
      }
    }
  }
}

/// Rows that go to PostgreSQL together, a column as an array.
///
/// `COPY` into a table is refused where row-level security is on
/// (https://www.postgresql.org/docs/current/sql-copy.html), and a temporary table in between would be made and dropped
/// by each run.
final class PostgresRowWriter: Statement {
  /// So many bytes are sent at once: PostgreSQL takes up to 1 GiB, and has them in memory some times over.
  private static let most = 96 << 20

  private let transaction: PostgresTransaction
  private let rows: RowSet
  private var columns: [PostgresArray]
  private var count = 0

  /// What is done with the rows.
  fileprivate var sql: String { rows.postgres }

  init(_ transaction: PostgresTransaction, _ rows: RowSet) {
    self.transaction = transaction
    self.rows = rows
    columns = rows.columns.map { PostgresArray($0.kind) }
  }

  func run(_ image: RowImage) throws {
    if count == 0 { transaction.add(self) }
    count += 1
    for (index, cell) in image.cells.enumerated() { columns[index].append(cell, of: image) }
    if columns.reduce(0, { $0 + $1.size }) > Self.most { try transaction.flush() }
  }

  /// The statement that writes what waits, which then waits no more.
  fileprivate func take() -> (sql: String, parameters: PostgresParameters) {
    var parameters = PostgresParameters()
    var types: [String] = []
    for (index, column) in columns.enumerated() {
      parameters.append(column)
      let type =
        switch rows.columns[index].kind {
        case .integer: "bigint"
        case .text: "text"
        case .blob: "bytea"
        }
      types.append("$\(index + 1)::\(type)[]")
    }
    columns = rows.columns.map { PostgresArray($0.kind) }
    count = 0
    let names = (rows.columns.map(\.name) + ["place"]).joined(separator: ", ")
    let sql = """
      WITH rows (\(names)) AS (
        SELECT * FROM unnest(\(types.joined(separator: ", "))) WITH ORDINALITY)
      \(rows.postgres)
      """
    return (sql, parameters)
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
