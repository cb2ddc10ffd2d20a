internal import OperatingSystem
internal import Synchronization

/// A transaction that is under way on one connection.
final class PostgresTransaction {
  private let connection: PostgresConnection
  private let cancellation: Cancellation
  private var pending = PendingWrites()

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

  /// The answers to statements that were sent before somebody asks for them.
  private var answers: [String: PostgresAnswer] = [:]

  /// Asks what will be asked, in one statement.
  func prefetch(_ questions: [Question]) throws {
    let all = PostgresQuestions(questions)
    try cancellation.check()
    let result = try connection.execute(all.sql, PostgresParameters(), cancellation)
    if let result { answers = all.answers(result) }
  }

  /// What a run asks of tables into which it writes, looked up at once: highest numbers, and whether rows are there. What
  /// is about a table into which something was written since is left out.
  private var facts: [String: Int64]?
  private static let asked = [
    ("runs", "max(id) FROM runs"), ("changes", "max(id) FROM changes"),
    ("row_changes", "max(id) FROM row_changes"),
    ("snapshot_batches", "max(number) FROM snapshot_batches"),
    ("snapshot_rows", "count(*) FROM (SELECT 1 FROM snapshot_rows LIMIT 1) AS one"),
  ]

  /// How it is looked up.
  static let facts = Question(
    sql: "SELECT " + asked.map { "(SELECT \($0.1))" }.joined(separator: ", "),
    columns: asked.map { _ in .integer })

  /// What is known of a table; nil if it is to be looked up.
  func fact(of table: String, _ database: StoreDatabase) throws -> Int64? {
    guard kept == nil else { return nil }
    if let facts { return facts[table] }
    let row = try database.first(Self.facts.sql)
    var found: [String: Int64] = [:]
    for (column, table) in Self.asked.enumerated() { found[table.0] = row?.integer(column) ?? 0 }
    facts = found
    return found[table]
  }

  /// Notes that a statement writes, or will.
  private func noteWrite(_ sql: String) {
    for (table, _) in Self.asked where sql.contains(table) { facts?[table] = nil }
    let table = PendingWrites.table(of: sql)
    for query in answers.keys where table.map({ PendingWrites.concern($0, query) }) ?? true {
      answers[query] = nil
    }
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

  /// Runs a statement, behind all that was to be written before it and that it may see.
  func execute(_ sql: String, _ parameters: PostgresParameters) throws -> PostgresAnswer? {
    if parameters.parameters.isEmpty, let answer = answers.removeValue(forKey: sql) {
      return answer
    }
    if !sql.hasPrefix("SELECT") {
      try flush()
      changes += 1
      noteWrite(sql)
    } else if pending.concern(sql) {
      try flush()
    }
    try endStream()
    try cancellation.check()
    return try connection.execute(sql, parameters, cancellation).map { PostgresAnswer($0) }
  }

  /// Runs statements without parameters.
  func execute(all sql: String) throws {
    try flush()
    try cancellation.check()
    changes += 1
    noteWrite(sql)
    try endStream()
    try connection.execute(all: sql, cancellation)
  }

  /// Runs a statement whose answer is of no interest: later, with others, if it only writes.
  func run(_ sql: String, _ parameters: PostgresParameters) throws {
    if let table = PendingWrites.table(of: sql) {
      try add(PendingStatement(table: table, sql: sql, row: parameters))
    } else {
      _ = try execute(sql, parameters)
    }
  }

  /// Notes something that is to be written.
  func add(_ write: any PendingWrite) throws {
    changes += 1
    noteWrite(write.sql)
    pending.append(write)
    try limitPending()
  }

  /// Sends what waits if it is much.
  func limitPending() throws {
    if pending.isFull { try flush() }
  }

  /// Sends all that waits. In a stream the server need not have run it yet.
  func flush() throws {
    guard !pending.isEmpty else { return }
    try cancellation.check()
    if isStreaming { return try stream() }
    _ = try connection.execute(together: pending.take(), cancellation)
  }

  // MARK: - Streams

  /// True if what is written goes as a stream.
  private(set) var isStreaming = false
  /// True while rows of it may be sent.
  private var isStreamOpen = false

  /// Sends what is written as a stream from now on, because much will come, and little is asked in between.
  func streamWrites() { isStreaming = true }

  private func stream() throws {
    if !isStreamOpen {
      try connection.beginCopy(WriteStream.copy, cancellation)
      isStreamOpen = true
      try connection.copy(WriteStream.head, cancellation)
    }
    for (sql, parameters) in pending.takeEach() {
      try connection.copy(WriteStream.row(sql, parameters), cancellation)
    }
  }

  /// Lets the server go on with what was sent, without waiting for it.
  func push() throws {
    if isStreamOpen { try connection.push() }
  }

  /// Waits until the server has run what was sent.
  func endStream() throws {
    guard isStreamOpen else { return }
    isStreamOpen = false
    try connection.copy(WriteStream.end, cancellation)
    try connection.endCopy(cancellation)
  }

  /// Sends all that waits, and waits until the server has run it.
  func finish() throws {
    try flush()
    try endStream()
  }

  /// A statement with other words in place of `$1` and so on. What stands in quotes is left as it is.
  static func renumbered(_ sql: String, _ word: (Int) -> String) -> String {
    sql.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .map { place, part -> String in
        // Every other part stands in quotes.
        guard place.isMultiple(of: 2) else { return String(part) }
        return String(part.replacing(/\$(\d+)/) { word(Int($0.1) ?? 0) })
      }.joined(separator: "'")
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
  private var result: PostgresAnswer?
  private var row = -1
  /// Texts of the current row that are not stored as they are.
  private var originals = OriginalTexts()

  init(_ transaction: PostgresTransaction, _ sql: String) throws {
    self.transaction = transaction
    self.sql = PostgresTransaction.numbered(sql)
  }

  func run(_ image: RowImage) throws {
    try transaction.run(sql, PostgresParameters(image))
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
