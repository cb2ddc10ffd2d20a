/// Some of a table's rows, to be walked through in an order.
enum RowWalk {
  /// In natural order, one set after the other.
  case sets([RowBitmap])
  /// In the reverse of natural order.
  case reversed(RowBitmap)
  /// In the order of `order`, those that are in `rows`; `isAll` says that these are all rows.
  case sorted(rows: RowBitmap, order: [UInt32], isAll: Bool)

  /// Calls `body` with row after row until it returns false, beginning after the first `skipped`.
  ///
  /// - Parameter count: the number of rows of the walk, if it is known: a walk that begins in the
  ///   second half is then entered from its end.
  func visit(skipping skipped: Int, of count: Int? = nil, _ body: (Int) -> Bool) {
    switch self {
    case .sets(let sets): Self.visit(sets, skipping: skipped, body)
    case .reversed(let rows): Self.visit(reversed: rows, skipping: skipped, body)
    case .sorted(let rows, let order, let isAll):
      var start = skipped
      if !isAll {
        start = Self.position(in: order, of: rows, after: skipped, of: count)
      }
      guard start < order.count else { return }
      for row in order[start...] where rows.contains(Int(row)) {
        if !body(Int(row)) { return }
      }
    }
  }

  private static func visit(
    _ sets: [RowBitmap], skipping skipped: Int, _ body: (Int) -> Bool
  ) {
    var left = skipped
    for rows in sets {
      for (index, word) in rows.words.enumerated() where word != 0 {
        var bits = word
        if left > 0 {
          let count = bits.nonzeroBitCount
          if left >= count {
            left -= count
            continue
          }
          while left > 0 {
            bits &= bits - 1
            left -= 1
          }
        }
        while bits != 0 {
          if !body(index << 6 | bits.trailingZeroBitCount) { return }
          bits &= bits - 1
        }
      }
    }
  }

  private static func visit(reversed rows: RowBitmap, skipping skipped: Int, _ body: (Int) -> Bool)
  {
    var left = skipped
    for index in rows.words.indices.reversed() {
      var bits = rows.words[index]
      let count = bits.nonzeroBitCount
      if left >= count {
        left -= count
        continue
      }
      while bits != 0 {
        let highest = 63 - bits.leadingZeroBitCount
        bits &= ~(1 << UInt64(highest))
        if left > 0 {
          left -= 1
        } else if !body(index << 6 | highest) {
          return
        }
      }
    }
  }

  /// A position in `order` that exactly `skipped` of the rows stand before.
  private static func position(
    in order: [UInt32], of rows: RowBitmap, after skipped: Int, of count: Int?
  ) -> Int {
    if let count, skipped > count / 2 {
      var position = order.count
      var left = count - skipped
      while left > 0, position > 0 {
        position -= 1
        left -= rows.bit(Int(order[position]))
      }
      return position
    }
    var position = 0
    var left = skipped
    while left > 0, position < order.count {
      left -= rows.bit(Int(order[position]))
      position += 1
    }
    return position
  }
}
