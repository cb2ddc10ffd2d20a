internal import Administration
internal import Authorization
internal import Hummingbird
internal import PluginContract
internal import TenantCore

/// The near misses, kind by kind and with both values, to be accepted together after looking at them.
struct NearMissPages: Sendable {
  let pages: Pages

  func add(to router: Router<WebContext>) {
    pages.page(router, "/near-misses", "review") { visit in
      let query = try NearMissQuery(FormFields(queryOf: visit.request))
      let listing = try await visit.authorized.nearMisses(query)
      return try visit.answer(NearMissPage(visit: visit, query: query, listing: listing).values)
    }
  }
}

/// A page of near misses.
struct NearMissPage {
  let visit: PageVisit
  let query: NearMissQuery
  /// Nil if there is no complete run yet.
  let listing: NearMissListing?

  private static let title = "Near misses"

  private func href(_ query: NearMissQuery) -> String { visit.href("near-misses", query.fields) }

  var values: NearMissPageValues {
    let groups = groups
    let canLink = groups.contains { $0.rows.contains { $0.pair != nil } }
    return NearMissPageValues(
      frame: visit.frame(
        Self.title,
        crumbs: PageSection.sync.place + [
          (PageSection.sync.title, visit.href(PageSection.sync.path)), (Self.title, nil),
        ]),
      filterAction: visit.href("near-misses"), kinds: kinds, empty: empty,
      hasRows: !groups.isEmpty, canLink: canLink, table: table, groups: groups,
      linkAction: visit.href("links/link"), back: href(query))
  }

  private var kinds: [Choice] {
    let all = listing?.counts.values.reduce(0, +) ?? 0
    return [
      Choice(value: "", label: "All (\(PageWords.count(all)))", isSelected: query.kind == nil)
    ]
      + NearMissKind.allCases.compactMap { kind in
        let count = listing?.counts[kind] ?? 0
        guard count > 0 || query.kind == kind else { return nil }
        return Choice(
          value: kind.word,
          label: "\(SideBySide.difference(kind.rawValue).asSentence.dropLast()) "
            + "(\(PageWords.count(count)))",
          isSelected: query.kind == kind)
      }
  }

  private var empty: EmptyTable? {
    guard let listing else {
      return EmptyTable(
        emptyTitle: "Nothing was compared yet", emptyText: "Near misses are found by a run.",
        emptyHref: visit.href(PageSection.sync.path), emptyLink: PageSection.sync.title)
    }
    guard listing.rows.isEmpty else { return nil }
    return isNarrowed
      ? EmptyTable(
        emptyTitle: "No near miss matches the filter", emptyText: "Try another kind or search.",
        emptyHref: visit.href("near-misses"), emptyLink: "Show all near misses")
      : EmptyTable(
        emptyTitle: "No near misses",
        emptyText: "Every directory user that nobody matches is unlike all free users.",
        emptyHref: visit.href(PageSection.sync.path), emptyLink: PageSection.sync.title)
  }

  private var isNarrowed: Bool { query.kind != nil || query.search != nil }

  private var table: TableValues {
    let words = TableWords(
      place: query.page, total: listing?.total ?? .exact(0), hasMore: listing?.hasMore ?? false)
    return TableValues(
      sizes: words.sizes, rowsText: words.rowsText,
      pager: words.pager { page in
        var query = query
        query.page.number = page
        return href(query)
      },
      search: query.search ?? "", sort: "", order: "",
      clearHref: isNarrowed ? visit.href("near-misses") : nil, columns: [])
  }

  private var groups: [NearMissPageValues.Group] {
    let rows = listing?.rows ?? []
    let claims = Dictionary(grouping: rows) { CanonicalText.of($0.nearest.userName) }
      .mapValues(\.count)
    return NearMissKind.allCases.compactMap { kind in
      let own = rows.filter { $0.nearest.code == kind.rawValue }
      guard !own.isEmpty else { return nil }
      return NearMissPageValues.Group(
        title: SideBySide.difference(kind.rawValue).asSentence,
        rows: own.map { row in
          let key = CanonicalText.of(row.nearest.userName)
          return NearMissRow(
            row.key, row.entry, row.nearest, listing?.users[key],
            isShared: claims[key, default: 0] > 1, visit.addresses)
        })
    }
  }
}

/// What the page of near misses is filled with.
struct NearMissPageValues: PageValues {
  static let template = "near-misses"

  /// The rows of a kind.
  struct Group: Sendable {
    let title: String
    let rows: [NearMissRow]
  }

  let frame: PageFrame
  let filterAction: String
  let kinds: [Choice]
  let empty: EmptyTable?
  let hasRows: Bool
  /// True if any row can be ticked.
  let canLink: Bool
  let table: TableValues
  let groups: [Group]
  let linkAction: String
  /// Where the form comes back to.
  let back: String
}

/// A directory user and the nearest user.
struct NearMissRow: Sendable {
  /// What a tick sends; nil if the user is not free any more.
  let pair: String?
  let account: String
  let accountHref: String
  let accountPerson: String?
  let attribute: String
  let directoryValue: String
  let field: String
  let userValue: String
  let userName: String
  let userHref: String
  let userPerson: String?
  let characters: String?
  /// What a person should know before; empty for most.
  let flags: [String]

  /// - Parameters:
  ///   - user: nil if it is gone.
  ///   - isShared: true if another row of the page has the same nearest user.
  init(
    _ key: RowKey, _ entry: SnapshotEntry, _ nearest: NearestUser, _ user: UserDetail?,
    isShared: Bool, _ addresses: PageAddresses
  ) {
    let isFree = user.map { $0.link == nil } ?? false
    pair = isFree ? PairField(row: key, userName: nearest.userName).text : nil
    account = DisplayText.safe("\(entry.domain)\\\(entry.login)")
    accountHref = addresses.href(ofRow: key)
    accountPerson = PageWords.safe(entry.personName)
    attribute = nearest.attribute
    directoryValue = DisplayText.safe(nearest.directoryValue)
    field = nearest.field.split(separator: "+").map { name in
      TenantField(rawValue: String(name)).map(PageWords.label) ?? String(name)
    }.joined(separator: ", ")
    userValue = DisplayText.safe(nearest.userValue)
    userName = DisplayText.safe(nearest.userName)
    userHref = addresses.href(ofUser: nearest.userName)
    userPerson = PageWords.safe(user?.personName)
    characters = PageWords.safe(nearest.characters)
    flags =
      PageWords.flags(entry.flags) + (isShared ? ["nearest to several"] : [])
      + (user == nil ? ["user gone"] : isFree ? [] : ["user linked meanwhile"])
      + (user.map { $0.isActive } ?? true ? [] : ["user inactive"])
  }
}

extension NearMissRow: PageRow {
  func value(named key: String) -> (any Sendable)? {
    switch key {
    case "pair": pair
    case "account": account
    case "accountHref": accountHref
    case "accountPerson": accountPerson
    case "attribute": attribute
    case "directoryValue": directoryValue
    case "field": field
    case "userValue": userValue
    case "userName": userName
    case "userHref": userHref
    case "userPerson": userPerson
    case "characters": characters
    case "flags": flags
    default: nil
    }
  }
}

extension UserDetail {
  /// First and last name as they count; nil if both are blank.
  var personName: String? {
    let names = [effective(.firstName), effective(.lastName)].compactMap(\.self)
    return names.isEmpty ? nil : names.joined(separator: " ")
  }
}
