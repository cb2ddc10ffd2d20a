extension TableIndex {
  /// The rows of a query in natural order that stand behind a row, whichever of those before it fit now.
  ///
  /// - Parameter row: a row's number; -1 for all.
  func page(_ query: TableQuery, after row: Int) -> TablePage {
    var query = query
    let limit = query.limit
    (query.sort, query.isDescending) = (nil, false)
    // How many of the rows that fit stand up to it, found by halving.
    var (low, high) = (0, min(rowCount, max(0, row + 1)))
    while low < high {
      let middle = (low + high) / 2
      (query.offset, query.limit) = (middle, 1)
      if let found = page(query).rows.first, found <= row {
        low = middle + 1
      } else {
        high = middle
      }
    }
    (query.offset, query.limit) = (low, limit)
    return page(query)
  }
}
