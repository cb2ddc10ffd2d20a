extension TableIndex {
  /// So many hits of a search are counted at least before the total becomes a *more than*.
  static let leastCount = 1000

  /// How many rows are read ahead of being looked at.
  private static let aheadCount = 32

  /// The page that a query asks for.
  ///
  /// The total is exact without a search. With one it is exact up to the end of the page or
  /// ``leastCount``, whichever is greater, or where the signature alone knows it.
  func page(_ query: TableQuery) -> TablePage {
    var rows = categories.rows(in: query.required)
    if let among = query.among { rows.formIntersection(among) }
    guard let term = query.search.flatMap(SearchTerm.init) else {
      return page(query, ofAllIn: rows)
    }
    let candidates = signature.candidates(for: term, among: rows)
    return candidates.areExact
      ? page(query, ofAllIn: candidates.rows) : page(query, of: term, among: candidates.rows)
  }

  private func page(_ query: TableQuery, ofAllIn rows: RowBitmap) -> TablePage {
    let total = rows.count
    let offset = min(max(0, query.offset), total)
    let limit = min(max(0, query.limit), total - offset)
    var page = TablePage(total: .exact(total), hasMore: offset + limit < total)
    guard limit > 0 else { return page }
    page.rows.reserveCapacity(limit)
    walk(rows, query, isAll: total == rowCount).visit(skipping: offset, of: total) { row in
      page.rows.append(row)
      return page.rows.count < limit
    }
    return page
  }

  private func page(
    _ query: TableQuery, of term: SearchTerm, among candidates: RowBitmap
  ) -> TablePage {
    let offset = min(max(0, query.offset), rowCount)
    let end = offset + min(max(0, query.limit), rowCount - offset)
    let most = max(end, Self.leastCount)
    var page = TablePage()
    var hits = 0
    visitHits(of: term, walk(candidates, query, isAll: false)) { row in
      if hits >= offset, hits < end { page.rows.append(row) }
      hits += 1
      return hits <= most
    }
    page.total = hits > most ? .moreThan(most) : .exact(hits)
    page.hasMore = hits > end
    return page
  }

  private func walk(_ rows: RowBitmap, _ query: TableQuery, isAll: Bool) -> RowWalk {
    switch query.sort {
    case .field(let field):
      guard let order = order(byField: field, isDescending: query.isDescending) else {
        return .sets([rows])
      }
      return .sorted(rows: rows, order: order, isAll: isAll)
    case .categories(let list):
      let parts = categories.parts(of: rows, by: list)
      return .sets(query.isDescending ? parts.reversed() : parts)
    case nil:
      return query.isDescending ? .reversed(rows) : .sets([rows])
    }
  }

  /// Calls `body` with the rows of a walk that have the term, until it returns false.
  private func visitHits(of term: SearchTerm, _ walk: RowWalk, _ body: (Int) -> Bool) {
    let anchor = term.rarest(by: signature.slots.frequencies)
    var ahead: [Int] = []
    ahead.reserveCapacity(Self.aheadCount)
    var isOver = false
    fields.bytes.withUnsafeBufferPointer { text in
      term.bytes.withUnsafeBufferPointer { term in
        func look() {
          // In a sorted walk rows lie all over the memory. Reading the last byte of each first has
          // the processor fetch them side by side instead of one after the other.
          ahead.removeAll { !fields.isEnded(row: $0, in: text) }
          for row in ahead where !isOver {
            let range = fields.range(ofRow: row)
            if SearchTerm.isFound(term, anchor: anchor, in: text, range) { isOver = !body(row) }
          }
          ahead.removeAll(keepingCapacity: true)
        }
        walk.visit(skipping: 0) { row in
          ahead.append(row)
          if ahead.count == Self.aheadCount { look() }
          return !isOver
        }
        look()
      }
    }
  }
}
