internal import Administration
internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import PluginContract
internal import TenantCore

/// Links without a row, or without a user (S5).
struct VanishedPages: Sendable {
  let pages: Pages

  func add(to router: Router<WebContext>) {
    pages.page(router, "/vanished-links", "review") { visit in
      let query = try VanishedQuery(FormFields(queryOf: visit.request))
      let head = try await visit.authorized.session.head()
      return try visit.answer(VanishedLinksPage(visit: visit, query: query, head: head).values)
    }
    pages.page(router, "/vanished-links/export.csv", "review") { visit in
      try await visit.authorized.vanishedLinksDownload()
    }
  }
}

/// Which vanished links are asked for, and in which order.
struct VanishedQuery: Sendable, Equatable {
  /// What the links can be ordered by.
  enum Sort: String, Sendable, CaseIterable { case login, user, state }

  /// Only these; all if it is nil.
  var state: VanishedLinkState?
  var search: String?
  var sort = Sort.login
  var isDescending = false
  var page = TablePlace()

  /// Reads what the page calls it.
  ///
  /// - Throws: ``WebFailure`` that lists the known names.
  init(_ fields: FormFields) throws {
    state = try fields.choice("state", of: VanishedLinkState.allCases.map(\.rawValue))
      .flatMap(VanishedLinkState.init)
    search = fields["search"]
    sort = try fields.choice("sort", of: Sort.allCases.map(\.rawValue)).flatMap(Sort.init) ?? .login
    isDescending = try fields.choice("order", of: ["asc", "desc"]) == "desc"
    page = try TablePlace(fields)
  }

  /// The query as fields of a URL, for links to others like it.
  var fields: [(name: String, value: String?)] {
    [
      ("state", state?.rawValue), ("search", search),
      ("sort", sort == .login ? nil : sort.rawValue), ("order", isDescending ? "desc" : nil),
    ] + page.fields
  }

  /// The links that it asks for, in its order; links that are equal in what they are ordered by stand in
  /// the order of their logins.
  func chosen(_ links: [VanishedLink]) -> [VanishedLink] {
    let term = search.map { CanonicalText.of($0) }
    let found = links.compactMap { link -> (keys: [String], link: VanishedLink)? in
      guard state == nil || link.state == state else { return nil }
      let login = CanonicalText.of("\(link.link.domain)\\\(link.link.login)")
      let user = CanonicalText.of(link.link.userName)
      if let term, !login.contains(term), !user.contains(term) { return nil }
      return switch sort {
      case .login: ([login, user], link)
      case .user: ([user, login], link)
      case .state: ([link.state.rawValue, login, user], link)
      }
    }
    let sorted = found.sorted { $0.keys.lexicographicallyPrecedes($1.keys) }.map(\.link)
    return isDescending ? sorted.reversed() : sorted
  }
}

/// The page *Vanished links*.
struct VanishedLinksPage {
  let visit: PageVisit
  let query: VanishedQuery
  /// Nil if there is no complete run yet.
  let head: SnapshotHead?

  private static let path = "vanished-links"

  private func href(_ query: VanishedQuery) -> String { visit.href(Self.path, query.fields) }

  var values: VanishedLinksPageValues {
    let links = query.chosen(head?.vanishedLinks ?? [])
    let shown = links.dropFirst(query.page.offset).prefix(query.page.size)
    let title = "Vanished links"
    return VanishedLinksPageValues(
      frame: visit.frame(
        title,
        crumbs: PageSection.history.place + [
          (PageSection.history.title, visit.href("history")), (title, nil),
        ]),
      historyTabs: visit.historyTabs(here: Self.path),
      exportHref: visit.href("vanished-links/export.csv"), filterAction: visit.href(Self.path),
      states: states, empty: shown.isEmpty ? empty : nil, hasRows: !shown.isEmpty,
      table: table(links.count), unlinkAction: visit.href("links/unlink"), back: href(query),
      rows: head.map { head in
        shown.map {
          VanishedLinksPageValues.Row($0, completedAt: head.run.completedAt, visit.addresses)
        }
      } ?? [])
  }

  private var states: [Choice] {
    [Choice(value: "", label: "All", isSelected: query.state == nil)]
      + VanishedLinkState.allCases.map {
        Choice(value: $0.rawValue, label: StateWord($0).word, isSelected: query.state == $0)
      }
  }

  private var isNarrowed: Bool { query.state != nil || query.search != nil }

  private var empty: EmptyTable {
    isNarrowed || query.page.number > 1
      ? EmptyTable(
        emptyTitle: "No vanished link matches the filter",
        emptyText: "Try another filter or fewer letters in the search.",
        emptyHref: visit.href(Self.path), emptyLink: "Show all vanished links")
      : EmptyTable(
        emptyTitle: "No vanished links",
        emptyText: "Every link leads to a directory user of the snapshot.")
  }

  private func table(_ count: Int) -> TableValues {
    let words = TableWords(
      place: query.page, total: .exact(count),
      hasMore: query.page.offset + query.page.size < count)
    return TableValues(
      sizes: words.sizes, rowsText: words.rowsText,
      pager: words.pager { page in
        var query = query
        query.page.number = page
        return href(query)
      },
      search: query.search ?? "", sort: query.sort.rawValue,
      order: query.isDescending ? "desc" : "asc",
      clearHref: isNarrowed ? visit.href(Self.path) : nil, columns: columns)
  }

  private var columns: [ColumnHead] {
    [(VanishedQuery.Sort.login, "Active Directory Login"), (.user, "User"), (.state, "State")].map {
      sort, label in
      var query = query
      let isSorted = query.sort == sort
      query.isDescending = isSorted && !query.isDescending
      query.sort = sort
      query.page.number = 1
      return ColumnHead(
        key: sort.rawValue, label: label, href: href(query),
        ariaSort: isSorted ? self.query.isDescending ? "descending" : "ascending" : nil)
    }
  }
}

/// What the page *Vanished links* is filled with.
struct VanishedLinksPageValues: PageValues {
  static let template = "vanished-links"

  /// A link without a row.
  struct Row: Sendable {
    let userName: String
    /// The user's name, harmless to look at.
    let userLabel: String
    let userHref: String
    let account: String
    let state: StateWord
    let time: PageTime

    init(_ vanished: VanishedLink, completedAt: Timestamp, _ addresses: PageAddresses) {
      userName = vanished.link.userName
      userLabel = DisplayText.safe(vanished.link.userName)
      userHref = addresses.href(ofUser: vanished.link.userName)
      account = DisplayText.safe("\(vanished.link.domain)\\\(vanished.link.login)")
      state = StateWord(vanished.state)
      time = PageTime(completedAt)
    }
  }

  let frame: PageFrame
  let historyTabs: [PageLink]
  let exportHref: String
  let filterAction: String
  let states: [Choice]
  let empty: EmptyTable?
  let hasRows: Bool
  let table: TableValues
  let unlinkAction: String
  /// Where the form comes back to.
  let back: String
  let rows: [Row]
}

extension AuthorizedTenant {
  /// All vanished links as CSV.
  func vanishedLinksDownload() async throws -> Response {
    let pass = try parts.downloads.enter(tenant.name)
    let lines = try await session.vanishedLinksExport()
    await recordExport("vanished links as csv")
    let file = Download(
      fileName: "\(tenant.name)-vanished-links.csv", mediaType: Download.csv)
    return file.response(pass) { writer in
      for line in lines { try await writer.write(ByteBuffer(string: line)) }
    }
  }
}
