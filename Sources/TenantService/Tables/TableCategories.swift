/// Which rows of a table are in which categories: a row in any number of them.
struct TableCategories: Sendable, Equatable {
  /// The number of rows.
  private(set) var rowCount = 0
  private var bitmaps: [RowBitmap]

  /// Makes so many categories without rows.
  init(count: Int) {
    bitmaps = [RowBitmap](repeating: RowBitmap(rowCount: 0), count: max(0, count))
  }

  /// Adds a row that is in these categories; those that there are not are left out.
  mutating func appendRow(in categories: some Sequence<Int>) {
    let row = rowCount
    rowCount += 1
    for category in categories where bitmaps.indices.contains(category) {
      bitmaps[category].insert(row)
    }
  }

  /// Whether a row is in a category.
  func contains(_ row: Int, in category: Int) -> Bool {
    bitmaps.indices.contains(category) && bitmaps[category].contains(row)
  }

  /// The rows that are in one category of every group.
  func rows(in groups: [[Int]]) -> RowBitmap {
    guard let first = groups.first else { return RowBitmap(allOf: rowCount) }
    var rows = self.rows(inOneOf: first)
    for group in groups.dropFirst() { rows.formIntersection(self.rows(inOneOf: group)) }
    return rows
  }

  /// `rows` in parts: those in the first category, those in the second and not in the first, and
  /// so on, and at last those in none.
  func parts(of rows: RowBitmap, by categories: [Int]) -> [RowBitmap] {
    var rest = rows
    var parts: [RowBitmap] = []
    for category in categories where bitmaps.indices.contains(category) {
      var part = rest
      part.formIntersection(bitmaps[category])
      rest.subtract(part)
      parts.append(part)
    }
    return parts + [rest]
  }

  private func rows(inOneOf categories: [Int]) -> RowBitmap {
    let known = categories.filter(bitmaps.indices.contains)
    guard let first = known.first else { return RowBitmap(rowCount: rowCount) }
    var rows = bitmaps[first]
    rows.grow(toHold: rowCount - 1)
    for category in known.dropFirst() { rows.formUnion(bitmaps[category]) }
    return rows
  }

  /// The memory that this holds.
  var byteCount: Int {
    bitmaps.reduce(0) { $0 + $1.words.count * MemoryLayout<UInt64>.stride }
  }
}
