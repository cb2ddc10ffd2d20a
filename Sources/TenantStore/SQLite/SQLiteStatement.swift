internal import GRDB
internal import GRDBSQLite
internal import PluginContract

/// A prepared statement of SQLite, through its own C interface.
///
/// The `GRDB.Statement` keeps the C handle alive. See https://sqlite.org/c3ref/bind_blob.html and
/// https://sqlite.org/c3ref/column_blob.html.
@safe final class SQLiteStatement: Statement {
  private let statement: GRDB.Statement
  private let handle: OpaquePointer

  init(_ database: Database, _ sql: String) throws {
    statement = try database.makeStatement(sql: sql)
    unsafe handle = statement.sqliteStatement
  }

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

  func bind(_ image: RowImage) throws {
    unsafe sqlite3_reset(handle)
    try unsafe image.bytes.withUnsafeBytes { memory in
      for (index, cell) in image.cells.enumerated() {
        try unsafe check(bind(cell, at: CInt(index + 1), from: memory, copying: true))
      }
    }
  }

  func step() throws -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw error(code)
    }
  }

  func reset() { unsafe sqlite3_reset(handle) }

  func read(into image: inout RowImage, columns: Int?) {
    image.clear()
    let count = columns ?? Int(unsafe sqlite3_column_count(handle))
    for column in 0..<count {
      switch type(of: column) {
      case .integer: image.append(integer(column))
      case .text: unsafe image.append(memory(column), isText: true)
      case .blob: unsafe image.append(memory(column), isText: false)
      case .null: image.appendNull()
      }
    }
  }

  func type(of column: Int) -> CellType {
    switch unsafe sqlite3_column_type(handle, CInt(column)) {
    case SQLITE_INTEGER: .integer
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  func integer(_ column: Int) -> Int64 { unsafe sqlite3_column_int64(handle, CInt(column)) }

  func memory(_ column: Int) -> UnsafeRawBufferPointer {
    let start = unsafe sqlite3_column_blob(handle, CInt(column))
    return unsafe UnsafeRawBufferPointer(
      start: start, count: Int(sqlite3_column_bytes(handle, CInt(column))))
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
