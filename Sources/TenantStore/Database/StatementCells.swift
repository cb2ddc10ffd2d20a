internal import TenantCore

/// The current row's cells without a copy of the row.
extension RawStatement {
  /// A column as a GUID; nil if it is none.
  func guid(_ column: Int) -> ObjectGUID? {
    unsafe withBytes(column) { unsafe ObjectGUID(bytes: $0) }
  }

  /// True if a column holds these bytes, or is NULL and there are none.
  func holds(_ bytes: ArraySlice<UInt8>?, _ column: Int) -> Bool {
    unsafe withBytes(column) { memory in
      guard let bytes else { return isNull(column) }
      return unsafe memory.count == bytes.count && !isNull(column) && memory.elementsEqual(bytes)
    }
  }

  /// Gives the bytes of a column, none for NULL; they are SQLite's and gone with the row.
  func withBytes<R>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try unsafe body(memory(CInt(column)))
  }
}
