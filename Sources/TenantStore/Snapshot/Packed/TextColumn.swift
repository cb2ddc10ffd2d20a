internal import PluginContract

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
    bytes.span.extracting(range(of: row)).hasSameBytes(
      as: other.bytes.span.extracting(other.range(of: otherRow)))
  }

  /// Where the texts of some rows lie in ``bytes``.
  func ranges(of rows: Range<Int>) -> [Range<Int>] { rows.map { range(of: $0) } }
}

/// Builds a ``TextColumn``.
struct TextColumnBuilder {
  private(set) var bytes: [UInt8] = []
  private(set) var ends: [UInt32] = []

  /// Adds a row.
  mutating func append(_ text: Span<UInt8>) {
    unsafe text.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    ends.append(UInt32(bytes.count))
  }

  /// Adds a row for each record, with its first value; none is an empty text.
  mutating func append(firstOfAll column: PackedColumn) {
    let source = column.bytes.span
    for record in 0..<column.recordCount {
      append(source.extracting(column.range(ofFirst: record)))
    }
  }

  /// Where a text that was added lies in ``bytes``.
  func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  func write(to output: inout [UInt8]) {
    output.append(numbers: ends)
    output.append(contentsOf: bytes)
  }
}

extension PackedColumn {
  /// Where a record's first value lies in ``bytes``; an empty range if it has none.
  func range(ofFirst record: Int) -> Range<Int> {
    record < recordCount ? firstByteRange(of: record) ?? 0..<0 : 0..<0
  }
}

extension Span<UInt8> {
  /// True if both are the same bytes.
  func hasSameBytes(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    var offset = 0
    while offset + 8 <= count {
      if ASCIIText.word(self, at: offset) != ASCIIText.word(other, at: offset) { return false }
      offset += 8
    }
    while offset < count {
      if self[offset] != other[offset] { return false }
      offset += 1
    }
    return true
  }
}
