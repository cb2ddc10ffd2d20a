internal import PluginContract
internal import TenantCore

/// One row of a table as flat bytes: built once, then compared with a stored row or bound to a
/// statement, without a `String` and without an allocation a value.
///
/// Cells stand in the order in which they are appended. The image is reused from row to row.
struct RowImage: Sendable {
  /// What a cell holds; `start` and `end` are offsets into ``bytes``.
  enum Cell: Sendable {
    case null
    case integer(Int64)
    case text(start: Int, end: Int)
    case blob(start: Int, end: Int)
  }

  /// A cell that is made of a value.
  enum Value {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
  }

  private(set) var bytes: [UInt8] = []
  private(set) var cells: [Cell] = []

  /// Makes a row of values.
  init(_ values: Value...) {
    for value in values {
      switch value {
      case .null: appendNull()
      case .integer(let number): append(number)
      case .text(let text): append(nonNull: Array(text.utf8)[...])
      case .blob(let bytes): append(blob: bytes)
      }
    }
  }

  /// Forgets the row, keeping the memory.
  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
  }

  mutating func appendNull() { cells.append(.null) }

  mutating func append(_ integer: Int64) { cells.append(.integer(integer)) }

  /// Appends a number, or NULL.
  mutating func append(number: Int64?) {
    cells.append(number.map(Cell.integer) ?? .null)
  }

  /// Appends text; nil and nothing are the same: NULL (S3).
  mutating func append(_ text: ArraySlice<UInt8>?) {
    guard let text, !text.isEmpty else { return cells.append(.null) }
    append(nonNull: text)
  }

  /// Appends text that is stored even if it is empty.
  mutating func append(nonNull text: ArraySlice<UInt8>) {
    let start = bytes.count
    bytes.append(contentsOf: text)
    cells.append(.text(start: start, end: bytes.count))
  }

  /// Appends text; nil and nothing are NULL.
  mutating func append(_ text: String?) {
    guard let text, !text.isEmpty else { return cells.append(.null) }
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    cells.append(.text(start: start, end: bytes.count))
  }

  mutating func append(blob: [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: blob)
    cells.append(.blob(start: start, end: bytes.count))
  }

  /// Appends a GUID's bytes.
  mutating func append(_ guid: ObjectGUID) {
    let start = bytes.count
    guid.appendBytes(to: &bytes)
    cells.append(.blob(start: start, end: bytes.count))
  }

  /// Appends a moment as text, in RFC 3339.
  mutating func append(_ moment: Timestamp) { append(nonNull: Array(moment.description.utf8)[...]) }

  /// Appends the id of a snapshot's row: a GUID's bytes, or text.
  mutating func append(_ key: RowKey) {
    switch key {
    case .guid(let guid): append(guid)
    case .record(let bytes): append(nonNull: bytes[...])
    }
  }

  /// Appends text from foreign memory.
  mutating func append(_ memory: UnsafeRawBufferPointer, isText: Bool) {
    let start = bytes.count
    unsafe bytes.append(contentsOf: memory)
    let end = bytes.count
    cells.append(isText ? .text(start: start, end: end) : .blob(start: start, end: end))
  }

  /// Appends text that is written piece by piece.
  mutating func append(building write: (inout [UInt8]) -> Void) {
    let start = bytes.count
    write(&bytes)
    cells.append(.text(start: start, end: bytes.count))
  }

  /// Appends a cell of another row.
  mutating func append(_ cell: Cell, of row: RowImage) {
    switch cell {
    case .null: appendNull()
    case .integer(let number): append(number)
    case .text(let start, let end): append(nonNull: row.bytes[start..<end])
    case .blob(let start, let end): append(blob: Array(row.bytes[start..<end]))
    }
  }

  /// A cell's bytes; nil for NULL and integers.
  func slice(_ cell: Int) -> ArraySlice<UInt8>? {
    switch cells[cell] {
    case .null, .integer: nil
    case .text(let start, let end), .blob(let start, let end): bytes[start..<end]
    }
  }

  /// A cell's text, invalid UTF-8 repaired; nil for NULL and integers.
  func text(_ cell: Int) -> String? { slice(cell).map { String(decoding: $0, as: UTF8.self) } }

  /// A cell's moment.
  ///
  /// - Throws: ``StoreError`` if the cell holds none, which no version has written: to show or to
  ///   compare another time instead would be worse.
  func moment(_ cell: Int) throws -> Timestamp {
    guard let moment = text(cell).flatMap({ Timestamp($0) }) else {
      throw StoreError(
        .store, "a row of the store holds a time that cannot be read; put back a copy of the store")
    }
    return moment
  }

  /// A cell's number; nil for anything else.
  func number(_ cell: Int) -> Int64? {
    if case .integer(let value) = cells[cell] { value } else { nil }
  }

  /// A cell's number; 0 for anything else.
  func integer(_ cell: Int) -> Int64 {
    if case .integer(let value) = cells[cell] { value } else { 0 }
  }
}
