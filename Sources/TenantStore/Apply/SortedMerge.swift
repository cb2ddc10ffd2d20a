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
    var hasStored = try stored.step()
    for item in items {
      build(item, &image)
      var place = 1
      while hasStored {
        place = stored.order(against: image, columns: keyCount)
        guard place < 0 else { break }
        try pass()
        hasStored = try stored.step()
      }
      let isStored = hasStored && place == 0
      try compare(item, &image, isStored)
      if isStored { hasStored = try stored.step() }
    }
    while hasStored {
      try pass()
      hasStored = try stored.step()
    }
  }
}

extension Statement {
  /// The key of the row that the statement stands on.
  func key(columns: Int) -> RowImage {
    var key = RowImage()
    read(into: &key, columns: columns)
    return key
  }
}
