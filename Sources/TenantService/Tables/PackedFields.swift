/// The canonical texts of some fields of all rows, one after the other.
///
/// Shape: a row's fields stand in order, each ended by a byte that no UTF-8 text has. So a search
/// looks through a row in one go and never finds a text that begins in one field and ends in the
/// next, and a million rows cost two allocations.
struct PackedFields: Sendable {
  /// Ends every field.
  static let end: UInt8 = 0xFF

  /// All fields of all rows.
  var bytes: [UInt8] = []
  /// Where each row ends in ``bytes``.
  private(set) var rowEnds: [UInt32] = []

  /// The number of rows that are complete.
  var rowCount: Int { rowEnds.count }

  /// Where a row's fields lie in ``bytes``.
  @inline(__always)
  func range(ofRow row: Int) -> Range<Int> {
    Range(uncheckedBounds: (row == 0 ? 0 : Int(rowEnds[row - 1]), Int(rowEnds[row])))
  }

  /// Whether a row ends as it has to, with the end of its last field; false for a row without
  /// fields. `text` is ``bytes``.
  @inline(__always)
  func isEnded(row: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    let range = range(ofRow: row)
    return !range.isEmpty && text[range.upperBound - 1] == Self.end
  }

  /// Where each row's field begins in ``bytes``, and whether that fits in 32 bits.
  func starts(ofField field: Int) -> [UInt32] {
    var starts: [UInt32] = []
    starts.reserveCapacity(rowCount)
    bytes.withUnsafeBufferPointer { bytes in
      for row in 0..<rowCount {
        let range = range(ofRow: row)
        var start = range.lowerBound
        var passed = 0
        while passed < field, start < range.upperBound {
          if bytes[start] == Self.end { passed += 1 }
          start += 1
        }
        starts.append(UInt32(truncatingIfNeeded: start))
      }
    }
    return starts
  }

  /// Ends the field that was appended to ``bytes`` from `start` on.
  ///
  /// Bytes that would end a field are in no UTF-8 text; another such byte takes their place.
  mutating func endField(from start: Int) {
    for index in start..<bytes.count where bytes[index] == Self.end { bytes[index] = 0xFE }
    bytes.append(Self.end)
  }

  /// Ends the row; the caller sees to it that ``bytes`` stay below 4 GiB.
  mutating func endRow() { rowEnds.append(UInt32(truncatingIfNeeded: bytes.count)) }

  /// The memory that this holds.
  var byteCount: Int { bytes.count + rowEnds.count * MemoryLayout<UInt32>.stride }
}
