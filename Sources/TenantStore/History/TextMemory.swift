internal import Glibc

/// The texts that a batch of changes has held so far, as writer and reader both remember them: a text
/// that is like an earlier one of its column is written as what differs.
///
/// Each column remembers its last text, by whose beginning the next one is shortened, and up to
/// ``slotCount`` earlier ones, which are written as one byte: the names of a company's people are few.
struct TextMemory {
  /// Texts that a column remembers beside the last.
  static let slotCount = 64

  /// All texts, each once for as long as its slot holds it.
  private(set) var bytes: [UInt8] = []
  /// For each column and slot, where the text is.
  private var slots: [Range<Int>]
  /// For each column, where the last text is.
  private var last: [Range<Int>]

  init(columns: Int) {
    slots = [Range<Int>](repeating: 0..<0, count: columns * Self.slotCount)
    last = [Range<Int>](repeating: 0..<0, count: columns)
  }

  /// The last text of a column; nothing before the first.
  func last(of column: Int) -> Range<Int> { last[column] }

  /// Where a slot's text is.
  func text(in slot: Int, of column: Int) -> Range<Int> { slots[column * Self.slotCount + slot] }

  /// The slot in which a text would be; not one that is derived from all of it, because it is asked for
  /// each text.
  func slot(of text: Range<Int>) -> Int {
    guard let first = text.first, let last = text.last else { return 0 }
    let middle = bytes[(first + last) / 2]
    return (text.count &* 7 &+ Int(bytes[first]) &* 5 &+ Int(middle) &* 3 &+ Int(bytes[last]))
      & (Self.slotCount - 1)
  }

  /// True if the two places hold the same text.
  func isSame(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe bytes.withUnsafeBytes { bytes in
      let (left, right) = unsafe (bytes[one], bytes[other])
      guard let one = unsafe UnsafeRawBufferPointer(rebasing: left).baseAddress,
        let other = unsafe UnsafeRawBufferPointer(rebasing: right).baseAddress
      else { return true }
      return unsafe memcmp(one, other, left.count) == 0
    }
  }

  /// How many bytes two texts have in common at their beginnings, at most `limit`.
  func prefix(_ one: Range<Int>, _ other: Range<Int>, limit: Int) -> Int {
    let limit = min(one.count, other.count, limit)
    var count = 0
    while count < limit, bytes[one.lowerBound + count] == bytes[other.lowerBound + count] {
      count += 1
    }
    return count
  }

  /// How many bytes two texts have in common at their ends, at most `limit`.
  func suffix(_ one: Range<Int>, _ other: Range<Int>, limit: Int) -> Int {
    let limit = min(one.count, other.count, limit)
    var count = 0
    while count < limit,
      bytes[one.upperBound - 1 - count] == bytes[other.upperBound - 1 - count]
    { count += 1 }
    return count
  }

  /// Adds bytes behind all others.
  ///
  /// - Returns: where they are.
  mutating func add(_ text: some Sequence<UInt8>) -> Range<Int> {
    let start = bytes.count
    bytes.append(contentsOf: text)
    return start..<bytes.count
  }

  /// Adds bytes that are there already.
  mutating func add(copyOf range: Range<Int>) -> Range<Int> {
    let start = bytes.count
    for index in range { bytes.append(bytes[index]) }
    return start..<bytes.count
  }

  /// Takes back what was added last.
  mutating func remove(_ text: Range<Int>) { bytes.removeLast(text.count) }

  /// Notes a text as its column's last, in its slot.
  mutating func remember(_ text: Range<Int>, in column: Int) {
    slots[column * Self.slotCount + slot(of: text)] = text
    last[column] = text
  }
}
