/// What names each row to the caller: bytes that nothing here looks into.
///
/// While all keys are of one length, as GUIDs are, where they lie costs nothing.
struct PackedKeys: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0
  private var length = 0
  /// Where each key ends, once they differ in length.
  private var ends: [UInt32] = []

  /// Adds a key.
  mutating func append(_ key: some Collection<UInt8>) {
    let start = bytes.count
    bytes.append(contentsOf: key)
    let added = bytes.count - start
    if count == 0 { length = added }
    if ends.isEmpty, added != length {
      ends = (0..<count).map { UInt32(truncatingIfNeeded: ($0 + 1) * length) }
    }
    count += 1
    if added != length || !ends.isEmpty { ends.append(UInt32(truncatingIfNeeded: bytes.count)) }
  }

  /// A row's key; empty for a row that there is not.
  func key(ofRow row: Int) -> ArraySlice<UInt8> {
    guard (0..<count).contains(row) else { return [] }
    guard !ends.isEmpty else { return bytes[row * length..<(row + 1) * length] }
    return bytes[(row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])]
  }

  /// The memory that this holds.
  var byteCount: Int { bytes.count + ends.count * MemoryLayout<UInt32>.stride }
}
