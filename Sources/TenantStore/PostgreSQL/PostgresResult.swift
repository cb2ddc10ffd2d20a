internal import CPQ
internal import Glibc

/// Rows that a statement gave, in PostgreSQL's binary form.
///
/// Nothing of it changes after it was made; the handle is freed with it.
@safe final class PostgresResult {
  private let handle: OpaquePointer

  /// Takes what libpq gave.
  init(taking handle: OpaquePointer) { unsafe self.handle = handle }

  deinit { unsafe PQclear(handle) }

  var rowCount: Int { Int(unsafe PQntuples(handle)) }

  var columnCount: Int { Int(unsafe PQnfields(handle)) }

  func type(_ row: Int, _ column: Int) -> CellType {
    guard unsafe PQgetisnull(handle, CInt(row), CInt(column)) == 0 else { return .null }
    return switch unsafe PQftype(handle, CInt(column)) {
    case PostgresType.bytea: .blob
    case PostgresType.int8, PostgresType.int4, PostgresType.int2, PostgresType.bool: .integer
    default: .text
    }
  }

  func memory(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
    guard unsafe PQgetisnull(handle, CInt(row), CInt(column)) == 0 else {
      return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return unsafe UnsafeRawBufferPointer(
      start: PQgetvalue(handle, CInt(row), CInt(column)),
      count: Int(PQgetlength(handle, CInt(row), CInt(column))))
  }

  /// A text as it is stored; nil for NULL and if there is no such row.
  func text(_ row: Int, _ column: Int) -> String? {
    guard row < rowCount, type(row, column) != .null else { return nil }
    return unsafe String(decoding: memory(row, column), as: UTF8.self)
  }

  /// A number, in network order; 0 for anything else.
  func integer(_ row: Int, _ column: Int) -> Int64 {
    guard type(row, column) == .integer else { return 0 }
    let memory = unsafe memory(row, column)
    guard let first = unsafe memory.first else { return 0 }
    return unsafe memory.dropFirst().reduce(Int64(Int8(bitPattern: first))) {
      $0 << 8 | Int64($1)
    }
  }
}

/// Types by their numbers (src/include/catalog/pg_type.dat).
enum PostgresType {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let byteaArray: UInt32 = 1001
  static let textArray: UInt32 = 1009
  static let int8Array: UInt32 = 1016
}
