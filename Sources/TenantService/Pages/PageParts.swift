internal import TenantCore

/// A way to another page.
struct PageLink: Sendable {
  let label: String
  /// Nil if it leads nowhere.
  let href: String?
  /// True if it leads to the page that it stands on.
  var isHere = false
}

/// A moment for `<time>`: for machines, and for people until a script writes it in their zone.
struct PageTime: Sendable {
  let at: String
  let atText: String

  init(_ moment: Timestamp) {
    at = moment.description
    atText = PageWords.words(of: moment)
  }
}

/// Something to know that stands above a page.
struct PageWarning: Sendable {
  let tone: Tone
  let lead: String
  let text: String
  /// Where more of it stands.
  var href: String?
  var linkText: String?
}

/// A term and its values.
struct Fact: Sendable {
  let term: String
  let values: [String]
  /// Instead of values.
  private(set) var moment: PageTime?

  init(_ term: String, _ values: [String]) {
    self.term = term
    self.values = values.map { DisplayText.safe($0) }
  }

  /// A moment.
  init(_ term: String, _ moment: Timestamp) {
    self.term = term
    values = []
    self.moment = PageTime(moment)
  }
}

/// A choice of a drop-down.
struct Choice: Sendable {
  let value: String
  let label: String
  let isSelected: Bool
}

/// What stands where a table would, if there is nothing to show in it.
struct EmptyTable: Sendable {
  let emptyTitle: String
  let emptyText: String
  /// Where something can be done about it.
  var emptyHref: String?
  var emptyLink: String?
}
