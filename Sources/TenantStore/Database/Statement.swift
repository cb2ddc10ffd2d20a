internal import Glibc
internal import PluginContract
internal import TenantCore

/// A prepared statement for the paths where rows go by the hundred thousand: bytes in, bytes out.
///
/// It may be used within the closure that gave the `StoreDatabase` only.
protocol Statement: AnyObject {
  /// Binds all cells of an image from the first parameter on, runs to the end, resets.
  func run(_ image: RowImage) throws

  /// Binds copies of all cells, so that rows can then be fetched with ``step()``.
  func bind(_ image: RowImage) throws

  /// Fetches the next row; false after the last.
  func step() throws -> Bool

  /// Ends a fetch before its last row.
  func reset()

  /// What a column of the current row holds.
  func type(of column: Int) -> CellType

  /// A column of the current row as a number.
  func integer(_ column: Int) -> Int64

  /// The bytes of a column of the current row, until the next step; none for NULL.
  func memory(_ column: Int) -> UnsafeRawBufferPointer

  /// Copies the current row, or its first columns.
  func read(into image: inout RowImage, columns: Int?)
}

/// What a cell of a row holds.
enum CellType { case null, integer, text, blob }

extension Statement {
  /// Fetches all rows.
  func forEachRow(_ body: () throws -> Void) throws {
    defer { reset() }
    while try step() { try body() }
  }

  /// Copies the current row.
  func read(into image: inout RowImage) { read(into: &image, columns: nil) }

  /// True if a column of the current row is NULL.
  func isNull(_ column: Int) -> Bool { type(of: column) == .null }

  /// A copy of the bytes in a column of the current row; nothing for NULL.
  func bytes(_ column: Int) -> [UInt8] { unsafe Array(memory(column)) }

  /// A column as a GUID; nil if it is none.
  func guid(_ column: Int) -> ObjectGUID? { unsafe ObjectGUID(bytes: memory(column)) }

  /// Gives the bytes of a column, none for NULL; they are the engine's and gone with the row.
  func withBytes<R>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try unsafe body(memory(column))
  }

  /// True if a column holds these bytes, or is NULL and there are none.
  func holds(_ bytes: ArraySlice<UInt8>?, _ column: Int) -> Bool {
    guard let bytes else { return isNull(column) }
    let memory = unsafe memory(column)
    return unsafe memory.count == bytes.count && !isNull(column) && memory.elementsEqual(bytes)
  }

  /// True if a column of the current row holds these bytes.
  func isEqual(_ column: Int, to bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBytes { unsafe Self.order(memory(column), $0) == 0 }
  }

  /// True if the current row's columns from `first` on equal the image's cells from `first` on.
  func equals(_ image: RowImage, from first: Int) -> Bool {
    unsafe image.bytes.withUnsafeBytes { bytes in
      for index in first..<image.cells.count
      where unsafe !equals(image.cells[index], at: index, in: bytes) {
        return false
      }
      return true
    }
  }

  private func equals(
    _ cell: RowImage.Cell, at column: Int, in bytes: UnsafeRawBufferPointer
  ) -> Bool {
    let type = type(of: column)
    return switch cell {
    case .null: type == .null
    case .integer(let value): type == .integer && integer(column) == value
    case .text: unsafe type == .text && order(cell, at: column, in: bytes) == 0
    case .blob: unsafe type == .blob && order(cell, at: column, in: bytes) == 0
    }
  }

  /// The order of the current row against the image by their first columns, as keys are ordered: negative if the
  /// row comes first. Text comes before blobs.
  func order(against image: RowImage, columns: Int) -> Int {
    unsafe image.bytes.withUnsafeBytes { bytes in
      for index in 0..<columns {
        let order = unsafe order(image.cells[index], at: index, in: bytes)
        if order != 0 { return order }
      }
      return 0
    }
  }

  private func order(
    _ cell: RowImage.Cell, at column: Int, in bytes: UnsafeRawBufferPointer
  ) -> Int {
    let isBlob = type(of: column) == .blob
    switch cell {
    case .null, .integer: return 1
    case .text(let start, let end):
      guard !isBlob else { return 1 }
      return unsafe Self.order(
        memory(column), UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    case .blob(let start, let end):
      guard isBlob else { return -1 }
      return unsafe Self.order(
        memory(column), UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }
  }

  private static func order(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Int {
    let shared = min(left.count, right.count)
    if shared > 0, let one = left.baseAddress, let other = right.baseAddress {
      let order = unsafe memcmp(one, other, shared)
      if order != 0 { return Int(order) }
    }
    return left.count - right.count
  }
}
