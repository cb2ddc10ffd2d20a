internal import Foundation

/// What stands around a long table: what it is narrowed to, how it is ordered, and the way to the rest.
struct TableValues: Sendable {
  let sizes: [Choice]
  /// `rows 51–100 of 12,345`.
  let rowsText: String
  /// Nil if all rows are on one page.
  let pager: Pager?
  let search: String
  let sort: String
  let order: String
  /// The whole table; nil if that is what is shown.
  let clearHref: String?
  let columns: [ColumnHead]
}

/// The way to the other pages of a table.
struct Pager: Sendable {
  let rowsText: String
  let pageText: String
  let firstHref: String?
  let previousHref: String?
  let nextHref: String?
}

/// The head of a column, which orders the table by it.
struct ColumnHead: Sendable {
  let key: String
  let label: String
  let href: String
  /// Which way the table is ordered by it; nil if it is not.
  let ariaSort: String?
}

/// How much of a long table is shown.
struct TableWords: Sendable {
  let place: TablePlace
  let total: TableTotal
  let hasMore: Bool

  var sizes: [Choice] {
    TablePlace.sizes.map { Choice(value: "\($0)", label: "\($0)", isSelected: $0 == place.size) }
  }

  /// `rows 51–100 of 12,345`.
  var rowsText: String {
    let (all, text) =
      switch total {
      case .exact(let count): (count, PageWords.count(count))
      case .moreThan(let count): (Int.max, "more than \(PageWords.count(count))")
      }
    guard all > 0 else { return "no rows" }
    guard place.offset < all else { return "no rows; there are \(text)" }
    let last = min(all, place.offset + place.size)
    return "rows \(PageWords.count(place.offset + 1))–\(PageWords.count(last)) of \(text)"
  }

  /// The way to the other pages; nil if there are none.
  ///
  /// - Parameter href: the address of a page by its number.
  func pager(href: (Int) -> String) -> Pager? {
    guard hasMore || place.number > 1 else { return nil }
    return Pager(
      rowsText: rowsText, pageText: pageText,
      firstHref: place.number > 1 ? href(1) : nil,
      previousHref: place.number > 1 ? href(place.number - 1) : nil,
      nextHref: hasMore ? href(place.number + 1) : nil)
  }

  private var pageText: String {
    guard case .exact(let count) = total else { return "Page \(PageWords.count(place.number))" }
    let pages = max(1, (count + place.size - 1) / place.size)
    return "Page \(PageWords.count(place.number)) of \(PageWords.count(pages))"
  }
}
