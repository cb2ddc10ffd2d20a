internal import Foundation

/// What stands around a long table: how much of it is shown, and the way to the rest.
struct TableWords {
  let place: TablePlace
  let total: TableTotal
  let hasMore: Bool

  /// Adds sizes, caption and pager.
  ///
  /// - Parameter href: the address of a page by its number.
  func add(to values: inout [String: Any], href: (Int) -> String) {
    values["sizes"] = TablePlace.sizes.map {
      Self.option("\($0)", "\($0)", isSelected: $0 == place.size)
    }
    values["tableText"] = rowsText
    guard hasMore || place.number > 1 else { return }
    var pager: [String: Any] = ["rowsText": rowsText, "pageText": pageText]
    if place.number > 1 {
      pager["firstHref"] = href(1)
      pager["previousHref"] = href(place.number - 1)
    }
    if hasMore { pager["nextHref"] = href(place.number + 1) }
    values["pager"] = pager
  }

  /// A choice of a drop-down.
  static func option(_ value: String, _ label: String, isSelected: Bool) -> [String: Any] {
    ["value": value, "label": label, "isSelected": isSelected]
  }

  /// `rows 51–100 of 12,345`.
  private var rowsText: String {
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

  private var pageText: String {
    guard case .exact(let count) = total else { return "Page \(PageWords.count(place.number))" }
    let pages = max(1, (count + place.size - 1) / place.size)
    return "Page \(PageWords.count(place.number)) of \(PageWords.count(pages))"
  }
}
