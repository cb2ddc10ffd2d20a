/// Goes once through a table's rows and what is to be compared with them, both in the order of the key.
enum SortedMerge {
  /// Compares.
  ///
  /// - Parameters:
  ///   - items: in the order of their keys, no key twice.
  ///   - stored: a statement that gives the rows in the same order; its first columns are the key.
  ///   - build: makes an item's image, which begins with the key.
  ///   - compare: takes an item and its image; `isStored` says that `stored` stands on the row with the
  ///     same key.
  ///   - pass: is called while `stored` stands on a row whose key no item has.
  static func run<Item>(
    _ items: some Sequence<Item>, with stored: any Statement, keyCount: Int,
    build: (Item, inout RowImage) -> Void,
    compare: (Item, inout RowImage, _ isStored: Bool) throws -> Void,
    pass: () throws -> Void = {}
  ) throws {
    var image = RowImage()
    var rows = try SortedRows(stored, keyCount: keyCount)
    for item in items {
      build(item, &image)
      let isStored = try rows.find(image, pass: pass)
      try compare(item, &image, isStored)
      if isStored { try rows.step() }
    }
    while rows.isOnRow {
      try pass()
      try rows.step()
    }
  }
}

/// A table's rows in the order of the key, gone through once beside keys in the same order.
struct SortedRows {
  private let statement: any Statement
  private let keyCount: Int
  /// False behind the last row.
  private(set) var isOnRow: Bool

  /// Goes to the first row.
  ///
  /// - Parameter statement: its first columns are the key.
  init(_ statement: any Statement, keyCount: Int) throws {
    self.statement = statement
    self.keyCount = keyCount
    isOnRow = try statement.step()
  }

  /// Goes on to the row of a key, or to the first behind where it would be.
  ///
  /// - Parameters:
  ///   - key: an image that begins with it.
  ///   - pass: is called on each row before it.
  /// - Returns: true if there is such a row.
  mutating func find(_ key: RowImage, pass: () throws -> Void = {}) throws -> Bool {
    while isOnRow {
      let place = statement.order(against: key, columns: keyCount)
      guard place < 0 else { return place == 0 }
      try pass()
      try step()
    }
    return false
  }

  /// Goes to the next row.
  mutating func step() throws { isOnRow = try statement.step() }
}

extension Statement {
  /// The key of the row that the statement stands on.
  func key(columns: Int) -> RowImage {
    var key = RowImage()
    read(into: &key, columns: columns)
    return key
  }
}
