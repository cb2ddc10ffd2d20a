internal import HTTPTypes
internal import PluginContract
internal import TenantCore

/// Which rows of the review are asked for, and in which order (R1).
struct ReviewQuery: Sendable, Equatable {
  /// What the rows can be ordered by; none is R4's order.
  enum Sort: String, Sendable, CaseIterable {
    case login, smtp, name, domain, status, state, user
  }

  /// The filter of rows that need a decision, in the open round or in one that were opened now (V1).
  static let needsAttention = "needs-attention"

  /// `all`, `matched`, `not-matched`, `needs-attention` or a state, as it was chosen.
  var filter = "all"
  /// More states; a row has to have one of them.
  var states: [RowState] = []
  /// A directory's domain.
  var domain: String?
  /// Only enabled accounts, only disabled ones, and so on.
  var account: AccountFilter?
  /// Only rows that are new or otherwise since then.
  var changedSince: ChangedSince?
  var search: String?
  var sort: Sort?
  var isDescending = false
  var page = TablePlace()

  /// Reads what the page and the API call it.
  ///
  /// - Throws: ``WebFailure`` that lists the known names.
  init(_ fields: FormFields, domains: [String]) throws {
    let states = RowState.allCases.map(\.rawValue)
    filter = try fields.choice("filter", of: Self.filters) ?? "all"
    self.states = try fields.all("state").compactMap { name in
      guard let state = RowState(rawValue: name) else {
        throw FormFields.unknown("state", name, known: states)
      }
      return state
    }
    domain = try fields["domain"].map { name in
      let known = domains.first { CanonicalText.of($0) == CanonicalText.of(name) }
      guard let known else { throw FormFields.unknown("domain", name, known: domains) }
      return known
    }
    account = try fields.choice("account", of: AccountFilter.allCases.map(\.rawValue))
      .flatMap(AccountFilter.init)
    changedSince = try fields["changedSince"].map { text in
      guard let since = ChangedSince(text) else {
        throw WebFailure(.badRequest, "'changedSince' must be \(ChangedSince.forms)")
      }
      return since
    }
    search = fields["search"]
    sort = try fields.choice("sort", of: Sort.allCases.map(\.rawValue)).flatMap(Sort.init)
    isDescending = try fields.choice("order", of: ["asc", "desc"]) == "desc"
    page = try TablePlace(fields)
  }

  private static let filters =
    ["all", "matched", "not-matched", needsAttention] + RowState.allCases.map(\.rawValue)

  /// True if it asks for rows that need a decision.
  var isOfAttention: Bool { filter == Self.needsAttention }

  /// True if it leaves rows out.
  var isNarrowed: Bool {
    filter != "all" || !states.isEmpty || domain != nil || account != nil || search != nil
      || changedSince != nil
  }

  /// The query as fields of a URL, for links to others like it.
  var fields: [(name: String, value: String?)] {
    [
      ("filter", filter == "all" ? nil : filter), ("domain", domain),
      ("account", account?.rawValue), ("changedSince", changedSince?.description),
      ("search", search),
      ("sort", sort?.rawValue), ("order", isDescending ? "desc" : nil),
    ] + states.map { ("state", $0.rawValue) } + page.fields
  }
}

/// Which part of a long table is asked for.
struct TablePlace: Sendable, Equatable {
  /// How many rows a page may have.
  static let sizes = [25, 50, 100, 200]
  /// The last page that can be asked for.
  private static let mostPages = 10_000_000

  /// From 1.
  var number = 1
  /// Rows a page.
  var size = 50

  init() {}

  init(_ fields: FormFields) throws {
    number = try fields.number("page", in: 1...Self.mostPages) ?? 1
    size = try fields.number("size", in: 1...200) ?? 50
  }

  var offset: Int { (number - 1) * size }

  /// The place as fields of a URL; what is usual is left out.
  var fields: [(name: String, value: String?)] {
    [
      ("size", size == 50 ? nil : "\(size)"), ("page", number == 1 ? nil : "\(number)"),
    ]
  }
}
