/// A text for each row, one after the other; nothing and no text are the same (S3).
///
/// Stored as where each text ends, as wide as the longest needs it, and the bytes.
struct TextColumn {
  /// The bytes among which the texts lie.
  let bytes: [UInt8]
  private let start: Int
  private let ends: [UInt64]

  /// A column that was not read: every text is absent.
  init() {
    bytes = []
    start = 0
    ends = []
  }

  /// Reads the texts of as many rows.
  init(_ count: Int, from input: inout PackedBytes) throws {
    ends = try input.numbers(count)
    var last: UInt64 = 0
    for end in ends {
      guard end >= last else { throw PackedBytes.damage }
      last = end
    }
    start = try input.take(Int(clamping: last)).lowerBound
    bytes = input.bytes
  }

  /// Where a row's text lies in ``bytes``; empty if it has none.
  func range(of row: Int) -> Range<Int> {
    guard row < ends.count else { return 0..<0 }
    return (start + (row == 0 ? 0 : Int(ends[row - 1])))..<(start + Int(ends[row]))
  }

  /// A row's text; empty if it has none.
  subscript(row: Int) -> ArraySlice<UInt8> { bytes[range(of: row)] }

  /// A row's text as a string (invalid UTF-8 repaired), or nil if it has none.
  func text(of row: Int) -> String? {
    let range = range(of: row)
    return range.isEmpty ? nil : String(decoding: bytes[range], as: UTF8.self)
  }

  /// True if a row's text is that of another column's row.
  func isSame(_ row: Int, as other: TextColumn, _ otherRow: Int) -> Bool {
    let (one, two) = (range(of: row), other.range(of: otherRow))
    guard one.count == two.count else { return false }
    let (left, right) = (bytes.span, other.bytes.span)
    for offset in 0..<one.count
    where left[one.lowerBound + offset] != right[two.lowerBound + offset] {
      return false
    }
    return true
  }
}

/// Builds a ``TextColumn``.
struct TextColumnBuilder {
  private(set) var bytes: [UInt8] = []
  private(set) var ends: [UInt32] = []

  /// Adds a row.
  mutating func append(_ text: some Collection<UInt8>) {
    bytes.append(contentsOf: text)
    endRow()
  }

  /// Adds bytes to the row that is being built.
  mutating func add(_ part: some Collection<UInt8>) { bytes.append(contentsOf: part) }

  /// Closes the row that is being built.
  mutating func endRow() { ends.append(UInt32(bytes.count)) }

  /// A text that was added.
  func text(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
  }

  func write(to output: inout [UInt8]) {
    output.append(numbers: ends)
    output.append(contentsOf: bytes)
  }
}
