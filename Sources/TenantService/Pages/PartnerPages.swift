internal import Administration
internal import Authorization
internal import Hummingbird
internal import PluginContract
internal import TenantCore

/// Searches for the other side of a link: the user for a directory user, the directory user for a user.
struct PartnerPages: Sendable {
  let pages: Pages

  /// Who is shown at once; a search finds the others.
  private static let most = 25

  func add(to router: Router<WebContext>) {
    pages.page(router, "/active-directory-sync/rows/:row/link", "link") { visit in
      try visit.answer(try await Self.users(visit))
    }
    pages.page(router, "/users/:user/link", "link") { visit in
      try visit.answer(try await Self.directoryUsers(visit))
    }
  }

  // MARK: - A user for a directory user

  private static func users(_ visit: PageVisit) async throws -> PartnerPageValues {
    let key = try visit.row()
    guard let entry = try await visit.authorized.session.entry(key) else {
      throw WebFailure.notFound
    }
    let account = "\(entry.domain)\\\(entry.login)"
    let asked = FormFields(queryOf: visit.request)
    var query = try UsersQuery(FormFields(""))
    query.show = asked.isYes("all") ? .all : .notLinked
    query.page.size = most
    let name = entry.attributes[DirectoryAttribute.lastName]?.first
    query.search = asked.exact("search") ?? name
    var listing = try await visit.authorized.users(query)
    if asked.exact("search") == nil, listing.users.isEmpty {
      // Nobody is called like that: begin with all.
      query.search = nil
      listing = try await visit.authorized.users(query)
    }
    let search = PartnerSearch(
      visit: visit, title: "Link \(account) to…", here: visit.href(ofRow: key) + "/link",
      backHref: visit.href(ofRow: key),
      crumbs: PageSection.sync.place + [
        (PageSection.sync.title, visit.href(PageSection.sync.path)),
        (account, visit.href(ofRow: key)), ("Link to…", nil),
      ])
    return search.values(
      facts: [
        Fact("Name", [entry.personName ?? "none"]),
        Fact("SMTP address", entry.attributes[DirectoryAttribute.mail] ?? ["none"]),
        Fact("Employee ID", entry.attributes[DirectoryAttribute.employeeID] ?? ["none"]),
      ],
      search: query.search, isAll: query.show == .all, allLabel: "Users who are linked, too",
      hidden: ("row", key.description), choice: "userName", noun: "user",
      total: listing.total, hasMore: listing.hasMore,
      people: listing.users.map { user in
        PartnerPageValues.Person(
          value: user.userName, name: DisplayText.safe(user.userName),
          href: visit.href(ofUser: user.userName), person: PageWords.safe(user.personName),
          login: PageWords.safe(user.windowsLogin), mail: PageWords.safe(user.effective(.email)),
          number: PageWords.safe(user.effective(.employeeId)),
          flags: user.isActive ? [] : ["inactive"], isFree: user.link == nil,
          taken: PageWords.safe(user.link.map { "linked to \($0.domain)\\\($0.login)" }))
      })
  }

  // MARK: - A directory user for a user

  private static func directoryUsers(_ visit: PageVisit) async throws -> PartnerPageValues {
    let name = try visit.parameter("user")
    guard let user = try await visit.authorized.session.userIfPresent(name) else {
      throw WebFailure.notFound
    }
    let asked = FormFields(queryOf: visit.request)
    var query = try ReviewQuery(
      FormFields(""), domains: visit.tenant.directories.map(\.domain))
    query.filter = asked.isYes("all") ? "all" : "not-matched"
    query.page.size = most
    query.search = asked.exact("search") ?? user.effective(.lastName)
    var listing = try await visit.authorized.review(query)
    if asked.exact("search") == nil, listing.keys.isEmpty {
      query.search = nil
      listing = try await visit.authorized.review(query)
    }
    let entries = try await visit.authorized.session.entries(listing.keys)
    let search = PartnerSearch(
      visit: visit, title: "Link \(user.userName) to…", here: visit.href(ofUser: name) + "/link",
      backHref: visit.href(ofUser: name),
      crumbs: PageSection.users.place + [
        (PageSection.users.title, visit.href("users")),
        (user.userName, visit.href(ofUser: name)), ("Link to…", nil),
      ])
    return search.values(
      facts: [
        Fact("Name", [user.personName ?? "none"]),
        Fact("Email", [user.effective(.email) ?? "none"]),
        Fact("Employee ID", [user.effective(.employeeId) ?? "none"]),
      ],
      search: query.search, isAll: query.filter == "all",
      allLabel: "Directory users who are matched, too", hidden: ("userName", user.userName),
      choice: "row", noun: "directory user", total: listing.total, hasMore: listing.hasMore,
      people: listing.keys.compactMap { key in
        entries[key].map { Self.person($0, key, visit.addresses) }
      })
  }

  private static func person(
    _ entry: SnapshotEntry, _ key: RowKey, _ addresses: PageAddresses
  ) -> PartnerPageValues.Person {
    let isFree =
      entry.state.status == .notMatched && entry.guid != nil && !entry.login.isEmpty
    return PartnerPageValues.Person(
      value: key.description, name: DisplayText.safe("\(entry.domain)\\\(entry.login)"),
      href: addresses.href(ofRow: key), person: PageWords.safe(entry.personName), login: nil,
      mail: PageWords.safe(entry.attributes[DirectoryAttribute.mail]?.first),
      number: PageWords.safe(entry.attributes[DirectoryAttribute.employeeID]?.first),
      flags: PageWords.flags(entry.flags), isFree: isFree,
      taken: isFree
        ? nil
        : entry.userName.map { DisplayText.safe("linked to \($0)") } ?? "cannot be linked")
  }
}

/// What both searches have in common.
private struct PartnerSearch {
  let visit: PageVisit
  let title: String
  let here: String
  let backHref: String
  let crumbs: [(label: String, href: String?)]

  func values(
    facts: [Fact], search: String?, isAll: Bool, allLabel: String,
    hidden: (name: String, value: String), choice: String, noun: String, total: TableTotal,
    hasMore: Bool, people: [PartnerPageValues.Person]
  ) -> PartnerPageValues {
    let count =
      switch total {
      case .exact(let count): PageWords.count(count, noun)
      case .moreThan(let count): "more than \(PageWords.count(count, noun))"
      }
    let shown = hasMore ? "The first \(people.count) of \(count). Search for the others." : count
    return PartnerPageValues(
      frame: visit.frame(title, crumbs: crumbs), facts: facts, searchAction: here,
      search: search ?? "", isAll: isAll, allLabel: allLabel, hasPeople: !people.isEmpty,
      countText: shown.asSentence, caption: "\(noun.asSentence.dropLast())s to choose from",
      linkAction: visit.href("links/link"), hiddenName: hidden.name, hiddenValue: hidden.value,
      choice: choice, back: backHref, people: people)
  }
}

/// What a search for the other side of a link is filled with.
struct PartnerPageValues: PageValues {
  static let template = "partner"

  /// Somebody who can be chosen.
  struct Person: Sendable {
    let value: String
    let name: String
    let href: String
    let person: String?
    let login: String?
    let mail: String?
    let number: String?
    let flags: [String]
    let isFree: Bool
    /// Why it cannot be chosen.
    let taken: String?
  }

  let frame: PageFrame
  let facts: [Fact]
  let searchAction: String
  let search: String
  let isAll: Bool
  let allLabel: String
  let hasPeople: Bool
  let countText: String
  let caption: String
  let linkAction: String
  /// The side that is given.
  let hiddenName: String
  let hiddenValue: String
  /// The name of the field that is chosen.
  let choice: String
  let back: String
  let people: [Person]
}
