internal import Authorization
internal import PluginContract
internal import TenantCore

/// The list of users.
struct UsersPage {
  let visit: PageVisit
  let listing: UsersListing

  private var query: UsersQuery { listing.query }

  var values: UsersPageValues {
    let isNarrowed = query.show != .all || query.search != nil
    return UsersPageValues(
      frame: visit.frame(
        PageSection.users.title, crumbs: PageSection.users.place + [(PageSection.users.title, nil)]),
      exportHref: visit.href("users/export.csv"), filterAction: visit.href("users"),
      filters: UsersQuery.Show.allCases.map { show in
        Choice(value: show.rawValue, label: Self.label(show), isSelected: query.show == show)
      },
      empty: listing.users.isEmpty ? empty(isNarrowed) : nil, table: table(isNarrowed),
      hasRows: !listing.users.isEmpty, rows: listing.users.map(row))
  }

  private static func label(_ show: UsersQuery.Show) -> String {
    switch show {
    case .all: "All users"
    case .linked: "Linked"
    case .notLinked: "Not linked"
    case .unclaimed: "Nobody claims"
    case .inactive: "Inactive"
    }
  }

  private func empty(_ isNarrowed: Bool) -> EmptyTable {
    guard isNarrowed else {
      return EmptyTable(
        emptyTitle: "No users yet",
        emptyText: "They come with an import, or from the tenant's users file.")
    }
    return EmptyTable(
      emptyTitle: "Nobody fits", emptyText: "No user fits the filter and the search.",
      emptyHref: visit.href("users"), emptyLink: "Show all users")
  }

  private func table(_ isNarrowed: Bool) -> TableValues {
    let words = TableWords(place: query.page, total: listing.total, hasMore: listing.hasMore)
    return TableValues(
      sizes: words.sizes, rowsText: words.rowsText,
      pager: words.pager { page in
        var query = query
        query.page.number = page
        return visit.href("users", query.fields)
      },
      search: query.search ?? "", sort: query.sort.rawValue,
      order: query.isDescending ? "desc" : "asc",
      clearHref: isNarrowed ? visit.href("users") : nil, columns: columns)
  }

  private var columns: [ColumnHead] {
    [(UsersQuery.Sort.name, "User"), (.login, "Windows login"), (.email, "Email")].map {
      sort, label in
      var query = query
      let isSorted = query.sort == sort
      query.isDescending = isSorted && !query.isDescending
      query.sort = sort
      query.page.number = 1
      return ColumnHead(
        key: sort.rawValue, label: label, href: visit.href("users", query.fields),
        ariaSort: isSorted ? self.query.isDescending ? "descending" : "ascending" : nil)
    }
  }

  private func row(_ user: UserDetail) -> UsersPageValues.Row {
    let names = [user.effective(.firstName), user.effective(.lastName)].compactMap(\.self)
    let isUnclaimed = listing.unclaimed.contains(CanonicalText.of(user.userName))
    return UsersPageValues.Row(
      userHref: visit.href(ofUser: user.userName), userName: DisplayText.safe(user.userName),
      fullName: names.isEmpty ? nil : DisplayText.safe(names.joined(separator: " ")),
      flags: user.isActive ? [] : ["inactive"], windowsLogin: PageWords.safe(user.windowsLogin),
      isLocked: user.isLoginLocked, email: PageWords.safe(user.effective(.email)),
      isLinked: user.link != nil,
      linkText: user.link != nil ? "Linked" : isUnclaimed ? "Nobody claims" : "Not linked",
      account: PageWords.safe(user.link.map { "\($0.domain)\\\($0.login)" }),
      rowHref: user.link.map { visit.href(ofRow: .guid($0.guid)) })
  }
}

/// What the list of users is filled with.
struct UsersPageValues: PageValues {
  static let template = "users"

  /// A user.
  struct Row: Sendable {
    let userHref: String
    let userName: String
    let fullName: String?
    let flags: [String]
    let windowsLogin: String?
    let isLocked: Bool
    let email: String?
    let isLinked: Bool
    let linkText: String
    /// The directory user that it is linked with.
    let account: String?
    let rowHref: String?
  }

  let frame: PageFrame
  let exportHref: String
  let filterAction: String
  let filters: [Choice]
  let empty: EmptyTable?
  let table: TableValues
  let hasRows: Bool
  let rows: [Row]
}

extension UsersPageValues.Row: PageRow {
  func value(named key: String) -> (any Sendable)? {
    switch key {
    case "userHref": userHref
    case "userName": userName
    case "fullName": fullName
    case "flags": flags
    case "windowsLogin": windowsLogin
    case "isLocked": isLocked
    case "email": email
    case "isLinked": isLinked
    case "linkText": linkText
    case "account": account
    case "rowHref": rowHref
    default: nil
    }
  }
}
