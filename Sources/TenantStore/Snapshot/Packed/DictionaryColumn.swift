internal import PluginContract

/// A text for each row of which many are equal: the different ones, in the order in which they first appear, and
/// the number of each row's.
struct DictionaryColumn {
  /// The different texts.
  let entries: TextColumn
  private let numbers: [UInt64]

  /// A column that was not read.
  init() {
    entries = TextColumn()
    numbers = []
  }

  /// Reads the texts of as many rows.
  init(_ count: Int, from input: inout PackedBytes) throws {
    let entryCount = try input.count()
    guard entryCount <= count else { throw PackedBytes.damage }
    entries = try TextColumn(entryCount, from: &input)
    numbers = try input.numbers(count)
    guard numbers.allSatisfy({ $0 < entryCount }) else { throw PackedBytes.damage }
  }

  /// The number of a row's text in ``entries``.
  func number(of row: Int) -> Int { row < numbers.count ? Int(numbers[row]) : 0 }

  /// A row's text; empty if it has none.
  subscript(row: Int) -> ArraySlice<UInt8> { entries[number(of: row)] }

  /// True if a row's text is that of another column's row.
  func isSame(_ row: Int, as other: DictionaryColumn, _ otherRow: Int) -> Bool {
    entries.isSame(number(of: row), as: other.entries, other.number(of: otherRow))
  }
}

/// Builds a ``DictionaryColumn``.
struct DictionaryColumnBuilder {
  private var entries = TextColumnBuilder()
  private var numbers: [UInt16] = []
  /// Where the numbers of entries lie, from 1, by their hash; 0 is free.
  private var slots = [UInt16](repeating: 0, count: 64)

  /// Adds a row.
  mutating func append(_ text: Span<UInt8>) {
    if let last = numbers.last, isEntry(Int(last), text) { return numbers.append(last) }
    numbers.append(number(of: text))
  }

  func write(to output: inout [UInt8]) {
    output.append(count: entries.ends.count)
    entries.write(to: &output)
    output.append(numbers: numbers)
  }

  private mutating func number(of text: Span<UInt8>) -> UInt16 {
    if 2 * entries.ends.count >= slots.count { grow() }
    var slot = Self.hash(text) & (slots.count - 1)
    while slots[slot] != 0 {
      if isEntry(Int(slots[slot]) - 1, text) { return slots[slot] - 1 }
      slot = (slot + 1) & (slots.count - 1)
    }
    entries.append(text)
    slots[slot] = UInt16(entries.ends.count)
    return slots[slot] - 1
  }

  private mutating func grow() {
    slots = [UInt16](repeating: 0, count: 2 * slots.count)
    for number in entries.ends.indices {
      var slot = hash(ofEntry: number) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt16(number + 1)
    }
  }

  private func hash(ofEntry number: Int) -> Int {
    Self.hash(entries.bytes.span.extracting(entries.range(number)))
  }

  private func isEntry(_ number: Int, _ text: Span<UInt8>) -> Bool {
    entries.bytes.span.extracting(entries.range(number)).hasSameBytes(as: text)
  }

  /// FNV-1a (draft-eastlake-fnv), eight bytes at a time as long as there are as many.
  private static func hash(_ text: Span<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ number: UInt64) { hash = (hash ^ number) &* 0x100_0000_01B3 }
    var offset = 0
    while offset + 8 <= text.count {
      add(ASCIIText.word(text, at: offset))
      offset += 8
    }
    while offset < text.count {
      add(UInt64(text[offset]))
      offset += 1
    }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
  }
}
