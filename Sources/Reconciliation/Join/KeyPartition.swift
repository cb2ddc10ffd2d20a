internal import PluginContract

/// The distinct keys of one part of the hashes, numbered as they come. Keys of different groups, such
/// as tiers, are never equal.
struct KeyPartition: Sendable {
  private var slots: HashSlots
  private var keys: KeyTable

  /// Makes room for so many keys.
  init(capacity: Int, byteCount: Int) {
    slots = HashSlots(capacity: capacity)
    keys = KeyTable(capacity: capacity, byteCount: byteCount)
  }

  /// The number of distinct keys.
  var count: Int { keys.count }

  /// The number of a key, which is the next one if the key is new.
  mutating func insert(_ key: RawSpan, _ hash: UInt64, group: UInt16) -> Int32 {
    let new = Int32(truncatingIfNeeded: keys.count)
    let number = slots.insert(hash, new) { keys.holds(key, group: group, at: $0) }
    if number == new { keys.append(key, group: group) }
    return number
  }

  /// The number of a key; nil if it is not among these.
  func find(_ key: RawSpan, _ hash: UInt64, group: UInt16) -> Int32? {
    slots.find(hash) { keys.holds(key, group: group, at: $0) }
  }

  /// The number that is most likely a key's, by its hash alone; nil if the key is not among these.
  func likely(_ hash: UInt64) -> Int32? { slots.find(hash) { _ in true } }

  /// True if a number's key is this one.
  func holds(_ key: RawSpan, group: UInt16, at number: Int32) -> Bool {
    keys.holds(key, group: group, at: number)
  }

  /// A key's bytes.
  func bytes(of number: Int32) -> ArraySlice<UInt8> { keys.bytes(of: number) }
}

/// Keys by number, in flat arrays.
private struct KeyTable: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []
  private var groups: [UInt16] = []

  init(capacity: Int, byteCount: Int) {
    bytes.reserveCapacity(byteCount)
    ends.reserveCapacity(capacity)
    groups.reserveCapacity(capacity)
  }

  var count: Int { ends.count }

  mutating func append(_ key: RawSpan, group: UInt16) {
    bytes.append(addingCapacity: key.byteCount) { output in
      for offset in 0..<key.byteCount { output.append(key.byte(at: offset)) }
    }
    ends.append(UInt32(bytes.count))
    groups.append(group)
  }

  func holds(_ key: RawSpan, group: UInt16, at number: Int32) -> Bool {
    let range = range(of: number)
    return groups[Int(number)] == group && range.count == key.byteCount
      && bytes.span.bytes.extracting(range).isEqual(to: key)
  }

  func bytes(of number: Int32) -> ArraySlice<UInt8> { bytes[range(of: number)] }

  private func range(of number: Int32) -> Range<Int> {
    let start = number == 0 ? 0 : Int(ends[Int(number) - 1])
    return start..<Int(ends[Int(number)])
  }
}
