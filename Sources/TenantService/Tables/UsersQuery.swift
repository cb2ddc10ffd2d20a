/// Which users of the application are asked for, and in which order.
struct UsersQuery: Sendable, Equatable {
  /// What the rows can be ordered by.
  enum Sort: String, Sendable, CaseIterable { case name, login, email }
  /// Which users.
  enum Show: String, Sendable, CaseIterable {
    case all, linked
    case notLinked = "not-linked"
    case unclaimed, inactive
  }

  var show = Show.all
  var search: String?
  var sort = Sort.name
  var isDescending = false
  var page = TablePlace()

  /// Reads what the page and the API call it.
  ///
  /// - Throws: ``WebFailure`` that lists the known names.
  init(_ fields: FormFields) throws {
    show = try fields.choice("show", of: Show.allCases.map(\.rawValue)).flatMap(Show.init) ?? .all
    search = fields["search"]
    sort = try fields.choice("sort", of: Sort.allCases.map(\.rawValue)).flatMap(Sort.init) ?? .name
    isDescending = try fields.choice("order", of: ["asc", "desc"]) == "desc"
    page = try TablePlace(fields)
  }

  /// The query as fields of a URL, for links to others like it.
  var fields: [(name: String, value: String?)] {
    [
      ("show", show == .all ? nil : show.rawValue), ("search", search),
      ("sort", sort == .name ? nil : sort.rawValue), ("order", isDescending ? "desc" : nil),
    ] + page.fields
  }
}
