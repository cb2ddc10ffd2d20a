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

  /// - Parameter text: the moment in RFC 3339.
  init(_ text: String) {
    at = text
    atText = PageWords.words(ofTime: text)
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

  init(_ term: String, _ values: [String]) {
    self.term = term
    self.values = values.map { DisplayText.safe($0) }
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
