internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import PluginContract
internal import TenantCore
internal import Workbench

/// Users of the application: the list, and one with its profiles.
struct UserPages: Sendable {
  let pages: Pages

  func add(to router: Router<WebContext>) {
    pages.page(router, "/users", "users list") { visit in
      let query = try UsersQuery(FormFields(queryOf: visit.request))
      let store = try await visit.administration.store()
      let listing = try await visit.administration.users(query, store)
      return try visit.answer("users", UsersPage(visit: visit, listing: listing).values())
    }
    pages.page(router, "/users/export.csv", "users list") { visit in
      try await UsersDownload(administration: visit.administration).response()
    }
    pages.page(router, "/users/:user", "users show") { visit in
      try await UserPage(visit, try visit.parameter("user")).answer()
    }
    pages.form(router, "/users/:user", "users edit") { visit, form in
      let name = try visit.parameter("user")
      let page = try await UserPage(visit, name)
      do {
        try await page.save(form)
      } catch {
        let failure = WebFailure(error)
        guard failure.status != .internalServerError else { throw error }
        var response = try page.answer(failures: [failure.message.asSentence])
        if failure.status.kind == .serverError { response.status = failure.status }
        return response
      }
      return visit.redirect(
        visit.href(ofUser: name), Flash(tone: .good, text: "The user is changed."))
    }
  }
}

/// The list of users.
struct UsersPage {
  let visit: PageVisit
  let listing: UsersListing

  private var query: UsersQuery { listing.query }

  func values() -> [String: Any] {
    var values = visit.frame(
      PageSection.users.title, crumbs: PageSection.users.place + [(PageSection.users.title, nil)])
    values["exportHref"] = visit.href("users/export.csv")
    values["filterAction"] = visit.href("users")
    values["filters"] = UsersQuery.Show.allCases.map { show in
      TableWords.option(show.rawValue, Self.label(show), isSelected: query.show == show)
    }
    TableWords(place: query.page, total: listing.total, hasMore: listing.hasMore)
      .add(to: &values) { page in
        var query = query
        query.page.number = page
        return visit.href("users", query.fields)
      }
    values["search"] = query.search ?? ""
    values["sort"] = query.sort.rawValue
    values["order"] = query.isDescending ? "desc" : "asc"
    let isNarrowed = query.show != .all || query.search != nil
    if isNarrowed { values["clearHref"] = visit.href("users") }
    values["columns"] = columns
    values["hasRows"] = !listing.users.isEmpty
    if listing.users.isEmpty { values["empty"] = empty(isNarrowed) }
    values["rows"] = listing.users.map(row)
    return values
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

  private func empty(_ isNarrowed: Bool) -> [String: Any] {
    guard isNarrowed else {
      return [
        "emptyTitle": "No users yet",
        "emptyText": "They come with 'tenantctl users import', or from the tenant's users file.",
      ]
    }
    return [
      "emptyTitle": "Nobody fits", "emptyText": "No user fits the filter and the search.",
      "emptyHref": visit.href("users"), "emptyLink": "Show all users",
    ]
  }

  private var columns: [[String: Any]] {
    [(UsersQuery.Sort.name, "User"), (.login, "Windows login"), (.email, "Email")].map {
      sort, label in
      var query = query
      let isSorted = query.sort == sort
      query.isDescending = isSorted && !query.isDescending
      query.sort = sort
      query.page.number = 1
      var values: [String: Any] = [
        "key": sort.rawValue, "label": label, "href": visit.href("users", query.fields),
      ]
      if isSorted { values["ariaSort"] = self.query.isDescending ? "descending" : "ascending" }
      return values
    }
  }

  private func row(_ user: UserDetail) -> [String: Any] {
    let names = [user.effective(.firstName), user.effective(.lastName)].compactMap(\.self)
    var values: [String: Any] = [
      "userHref": visit.href(ofUser: user.userName), "userName": DisplayText.safe(user.userName),
      "flags": user.isActive ? [] : ["inactive"], "isLocked": user.isLoginLocked,
      "isLinked": user.link != nil,
      "linkText": user.link != nil
        ? "Linked"
        : listing.unclaimed.contains(CanonicalText.of(user.userName))
          ? "Nobody claims" : "Not linked",
    ]
    values.set("fullName", names.isEmpty ? nil : PageWords.safe(names.joined(separator: " ")))
    values.set("windowsLogin", PageWords.safe(user.windowsLogin))
    values.set("email", PageWords.safe(user.effective(.email)))
    if let link = user.link {
      values["account"] = DisplayText.safe("\(link.domain)\\\(link.login)")
      values["rowHref"] = visit.href(ofRow: .guid(link.guid))
    }
    return values
  }
}
