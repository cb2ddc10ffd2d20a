internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import PluginContract

/// A prepared statement for the paths where rows go by the hundred thousand: bytes in, bytes out,
/// through SQLite's own C interface.
///
/// It may be used on the database's queue only, within the closure that gave the `Database`; the
/// `Statement` keeps the C handle alive. See https://sqlite.org/c3ref/bind_blob.html and
/// https://sqlite.org/c3ref/column_blob.html.
@safe struct RawStatement {
  private let database: Database
  private let statement: Statement
  private let handle: OpaquePointer

  init(_ database: Database, _ sql: String) throws {
    self.database = database
    statement = try database.makeStatement(sql: sql)
    unsafe handle = statement.sqliteStatement
  }

  /// Binds all cells of an image from the first parameter on, runs to the end, resets.
  func run(_ image: RowImage) throws {
    try unsafe image.bytes.withUnsafeBytes { memory in
      // The bytes outlive the run, so that SQLite needs no copy of them (SQLITE_STATIC).
      for (index, cell) in image.cells.enumerated() {
        try unsafe check(bind(cell, at: CInt(index + 1), from: memory))
      }
      defer {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
      }
      while try step() {}
    }
  }

  /// Binds copies of all cells, so that rows can then be fetched with ``step()``.
  func bind(_ image: RowImage) throws {
    unsafe sqlite3_reset(handle)
    try unsafe image.bytes.withUnsafeBytes { memory in
      for (index, cell) in image.cells.enumerated() {
        try unsafe check(bind(cell, at: CInt(index + 1), from: memory, copying: true))
      }
    }
  }

  /// Fetches the next row; false after the last.
  func step() throws -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw error(code)
    }
  }

  /// Ends a fetch before its last row.
  func reset() { unsafe sqlite3_reset(handle) }

  /// Fetches all rows.
  func forEachRow(_ body: () throws -> Void) throws {
    defer { unsafe sqlite3_reset(handle) }
    while try step() { try body() }
  }

  /// Copies the current row, or its first columns.
  func read(into image: inout RowImage, columns: Int? = nil) {
    image.clear()
    let all = unsafe sqlite3_column_count(handle)
    let count = columns.map { CInt($0) } ?? all
    for column in 0..<count {
      switch unsafe sqlite3_column_type(handle, column) {
      case SQLITE_INTEGER: image.append(unsafe sqlite3_column_int64(handle, column))
      case SQLITE_TEXT: unsafe image.append(memory(column), isText: true)
      case SQLITE_BLOB: unsafe image.append(memory(column), isText: false)
      default: image.appendNull()
      }
    }
  }

  /// True if the current row's columns from `first` on equal the image's cells from `first` on.
  func equals(_ image: RowImage, from first: Int) -> Bool {
    unsafe image.bytes.withUnsafeBytes { bytes in
      for index in first..<image.cells.count
      where unsafe !equals(image.cells[index], at: CInt(index), in: bytes) {
        return false
      }
      return true
    }
  }

  /// True if a column of the current row holds these bytes.
  func isEqual(_ column: Int, to bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe order(memory(CInt(column)), $0) == 0 }
  }

  /// The order of the current row against the image by their first columns, as SQLite orders keys:
  /// negative if the row comes first. Text comes before blobs.
  func order(against image: RowImage, columns: Int) -> Int {
    unsafe image.bytes.withUnsafeBytes { bytes in
      for index in 0..<columns {
        let order = unsafe order(image.cells[index], at: CInt(index), in: bytes)
        if order != 0 { return order }
      }
      return 0
    }
  }

  /// A copy of the bytes in a column of the current row; nothing for NULL.
  func bytes(_ column: Int) -> [UInt8] { unsafe Array(memory(CInt(column))) }

  /// A column of the current row as a number.
  func integer(_ column: Int) -> Int64 { unsafe sqlite3_column_int64(handle, CInt(column)) }

  /// True if a column of the current row is NULL.
  func isNull(_ column: Int) -> Bool {
    unsafe sqlite3_column_type(handle, CInt(column)) == SQLITE_NULL
  }

  /// Fills a column of a row of a review straight from SQLite's memory.
  func fill(_ target: RowColumn, from column: Int, into batch: inout RowBatch) {
    let none: UnsafeRawBufferPointer? = nil
    unsafe batch.fill(target, isNull(column) ? none : memory(CInt(column)))
  }
}

extension RawStatement {
  /// The bytes of a column of the current row, until the next step.
  func memory(_ column: CInt) -> UnsafeRawBufferPointer {
    let start = unsafe sqlite3_column_blob(handle, column)
    return unsafe UnsafeRawBufferPointer(
      start: start, count: Int(sqlite3_column_bytes(handle, column)))
  }

  private func bind(
    _ cell: RowImage.Cell, at index: CInt, from memory: UnsafeRawBufferPointer,
    copying: Bool = false
  ) -> CInt {
    // SQLITE_TRANSIENT, which the importer does not know: SQLite copies before it returns.
    let lifetime = unsafe copying ? unsafeBitCast(-1, to: sqlite3_destructor_type.self) : nil
    // A null pointer would bind NULL instead of nothing.
    func start(_ offset: Int) -> UnsafeRawPointer? {
      unsafe memory.baseAddress.map { unsafe $0 + offset } ?? UnsafeRawPointer(handle)
    }
    switch cell {
    case .null:
      return unsafe sqlite3_bind_null(handle, index)
    case .integer(let value):
      return unsafe sqlite3_bind_int64(handle, index, value)
    case .text(let from, let end):
      return unsafe sqlite3_bind_text(
        handle, index, start(from)?.assumingMemoryBound(to: CChar.self), CInt(end - from),
        lifetime)
    case .blob(let from, let end):
      return unsafe sqlite3_bind_blob(handle, index, start(from), CInt(end - from), lifetime)
    }
  }

  private func equals(
    _ cell: RowImage.Cell, at column: CInt, in bytes: UnsafeRawBufferPointer
  ) -> Bool {
    let type = unsafe sqlite3_column_type(handle, column)
    return switch cell {
    case .null: type == SQLITE_NULL
    case .integer(let value): type == SQLITE_INTEGER && integer(Int(column)) == value
    case .text: unsafe type == SQLITE_TEXT && order(cell, at: column, in: bytes) == 0
    case .blob: unsafe type == SQLITE_BLOB && order(cell, at: column, in: bytes) == 0
    }
  }

  private func order(
    _ cell: RowImage.Cell, at column: CInt, in bytes: UnsafeRawBufferPointer
  ) -> Int {
    let isBlob = unsafe sqlite3_column_type(handle, column) == SQLITE_BLOB
    switch cell {
    case .null, .integer: return 1
    case .text(let start, let end):
      guard !isBlob else { return 1 }
      return unsafe order(memory(column), UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    case .blob(let start, let end):
      guard isBlob else { return -1 }
      return unsafe order(memory(column), UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }
  }

  private func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let shared = min(left.count, right.count)
    if shared > 0, let one = left.baseAddress, let other = right.baseAddress {
      let order = unsafe memcmp(one, other, shared)
      if order != 0 { return Int(order) }
    }
    return left.count - right.count
  }

  private func check(_ code: CInt) throws {
    guard code == SQLITE_OK else { throw error(code) }
  }

  private func error(_ code: CInt) -> DatabaseError {
    let message = unsafe sqlite3_errmsg(sqlite3_db_handle(handle)).map {
      unsafe String(cString: $0)
    }
    return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
  }
}
