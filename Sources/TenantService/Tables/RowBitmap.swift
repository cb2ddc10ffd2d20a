/// A set of row numbers: one bit a row.
///
/// The words are a multiple of eight, so that eight of them, 512 rows, fill a cache line; bits
/// beyond the last row are never set.
struct RowBitmap: Sendable, Equatable {
  /// Row *i* is bit *i* % 64 of word *i* / 64.
  var words: [UInt64]

  /// Makes an empty set.
  init(rowCount: Int) {
    words = [UInt64](repeating: 0, count: Self.wordCount(rows: rowCount))
  }

  /// Makes a set of all rows.
  init(allOf rowCount: Int) {
    self.init(rowCount: rowCount)
    for word in 0..<rowCount / 64 { words[word] = ~0 }
    if !rowCount.isMultiple(of: 64) { words[rowCount / 64] = (1 << UInt64(rowCount % 64)) - 1 }
  }

  /// The words that so many rows need.
  static func wordCount(rows: Int) -> Int { (rows + 511) / 512 * 8 }

  /// The number of rows in the set.
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether a row is in the set; false for a row that there is not.
  func contains(_ row: Int) -> Bool {
    guard row >= 0, row >> 6 < words.count else { return false }
    return words[row >> 6] & 1 << UInt64(row & 63) != 0
  }

  /// 1 if a row is in the set, else 0; the row must be one of the table's.
  @inline(__always)
  func bit(_ row: Int) -> Int {
    row >> 6 < words.count ? Int(words[row >> 6] >> UInt64(row & 63) & 1) : 0
  }

  /// Adds a row; the set grows where it is too small.
  mutating func insert(_ row: Int) {
    if row >> 6 >= words.count { grow(toHold: row) }
    words[row >> 6] |= 1 << UInt64(row & 63)
  }

  /// Makes room for a row and those before it.
  mutating func grow(toHold row: Int) {
    let missing = Self.wordCount(rows: row + 1) - words.count
    if missing > 0 { words.append(contentsOf: repeatElement(0, count: missing)) }
  }

  /// Keeps the rows that are in the other set too.
  mutating func formIntersection(_ other: RowBitmap) {
    let common = min(words.count, other.words.count)
    for index in 0..<common { words[index] &= other.words[index] }
    for index in common..<words.count { words[index] = 0 }
  }

  /// Adds the rows of another set of the same table.
  mutating func formUnion(_ other: RowBitmap) {
    for index in 0..<min(words.count, other.words.count) { words[index] |= other.words[index] }
  }

  /// Takes the rows of another set away.
  mutating func subtract(_ other: RowBitmap) {
    for index in 0..<min(words.count, other.words.count) { words[index] &= ~other.words[index] }
  }
}
