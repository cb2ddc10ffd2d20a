internal import Administration
internal import Authorization
internal import Foundation
internal import PluginContract
internal import TenantCore

/// The table of the page Active Directory Sync, and what chooses its rows.
struct SyncTable {
  let visit: PageVisit
  let listing: ReviewListing
  let rows: [(key: RowKey, entry: SnapshotEntry)]
  /// The last change that is in the rows.
  let seen: Int64

  private var query: ReviewQuery { listing.query }

  /// The page with its query.
  var here: String { href(query) }

  var values: SyncTableValues {
    SyncTableValues(
      exportHref: visit.href("active-directory-sync/export.csv"),
      exports: SnapshotDownload.formats.dropFirst().map { format in
        PageLink(
          label: format.uppercased(), href: visit.href("active-directory-sync/export.\(format)"))
      },
      filterAction: visit.href(PageSection.sync.path),
      filters: filters,
      stateFilters: RowState.allCases.map {
        Choice(
          value: $0.rawValue, label: StateWord($0).word, isSelected: query.filter == $0.rawValue)
      },
      domains: domains, accounts: accounts, changedSince: query.changedSince?.description ?? "",
      table: table,
      noFit: rows.isEmpty && query.isNarrowed, hasRows: !rows.isEmpty,
      rows: syncRows, unlinkAction: visit.href("links/unlink"), back: here, allText: allText,
      round: listing.attention?.attention.round.map { round in
        SyncTableValues.Round(
          review: "\(round.number)", seen: "\(seen)",
          decideAction: visit.href(DecidePages.path), decision: DecisionFields())
      })
  }

  private var isReviewed: Bool { listing.attention?.attention.round != nil }

  private var filters: [Choice] {
    let attention =
      listing.attention == nil ? [] : [(ReviewQuery.needsAttention, "Needs attention")]
    let known =
      [("all", "All"), ("matched", "Matched"), ("not-matched", "Not Matched")] + attention
    return known.map {
      Choice(value: $0.0, label: $0.1, isSelected: query.filter == $0.0)
    }
  }

  private var syncRows: [SyncRow] {
    let trail = RowTrail(query)
    let places = Dictionary(
      listing.keys.enumerated().map { ($0.element, query.page.offset + $0.offset) },
      uniquingKeysWith: { first, _ in first })
    return rows.map { key, entry in
      let href = visit.addresses.href(ofRow: key, trail.fields(at: places[key] ?? 0))
      var row = SyncRow(key, entry, href: href, visit.addresses)
      if isReviewed {
        row.canSelect = true
        row.standing = RowStanding(listing.attention?.item(key))
      }
      return row
    }
  }

  /// The box for all rows that fit; nil if they are all on the page.
  private var allText: String? {
    guard listing.hasMore || query.page.number > 1 else { return nil }
    guard case .exact(let count) = listing.total else {
      return "All that fit the filter, on every page"
    }
    return "All \(PageWords.count(count)) that fit the filter, on every page"
  }

  private func href(_ query: ReviewQuery) -> String {
    visit.href(PageSection.sync.path, query.fields)
  }

  private var domains: [Choice] {
    [Choice(value: "", label: "All domains", isSelected: query.domain == nil)]
      + visit.tenant.directories.map(\.domain).map {
        Choice(value: $0, label: $0, isSelected: query.domain == $0)
      }
  }

  private var accounts: [Choice] {
    [Choice(value: "", label: "All accounts", isSelected: query.account == nil)]
      + AccountFilter.allCases.map {
        Choice(
          value: $0.rawValue, label: $0 == .unknown ? "Not known" : $0.rawValue.capitalized,
          isSelected: query.account == $0)
      }
  }

  private var table: TableValues {
    let words = TableWords(place: query.page, total: listing.total, hasMore: listing.hasMore)
    return TableValues(
      sizes: words.sizes, rowsText: words.rowsText,
      pager: words.pager { page in
        var query = query
        query.page.number = page
        return href(query)
      },
      search: query.search ?? "", sort: query.sort?.rawValue ?? "",
      order: query.isDescending ? "desc" : "asc",
      clearHref: query.isNarrowed ? visit.href(PageSection.sync.path) : nil, columns: columns)
  }

  private var columns: [ColumnHead] {
    let labels: [(ReviewQuery.Sort, String)] = [
      (.login, "Active Directory Login"), (.smtp, "SMTP Address"), (.name, "Name"),
      (.domain, "Domain"), (.status, "Status"), (.state, "State"), (.user, "Matched user"),
    ]
    return labels.map { sort, label in
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

/// What the table is filled with.
struct SyncTableValues: Sendable {
  let exportHref: String
  let exports: [PageLink]
  let filterAction: String
  let filters: [Choice]
  let stateFilters: [Choice]
  let domains: [Choice]
  let accounts: [Choice]
  /// From when on rows are looked at that changed; empty for all rows.
  let changedSince: String
  let table: TableValues
  /// True if the filter leaves all rows out.
  let noFit: Bool
  let hasRows: Bool
  let rows: [SyncRow]
  let unlinkAction: String
  /// Where the form comes back to.
  let back: String
  /// The box for all rows that fit; nil if they are all on the page.
  let allText: String?
  /// Nil if no round of review is open.
  let round: Round?

  /// What decides on rows.
  struct Round: Sendable {
    let review: String
    let seen: String
    let decideAction: String
    let decision: DecisionFields
  }
}

/// A row of the table.
struct SyncRow: Sendable {
  let row: String
  /// What names the row on the page.
  let anchor: String
  let account: String
  let rowHref: String
  let login: String?
  let smtp: String?
  let name: String?
  let domain: String
  let status: String
  let isMatched: Bool
  let stateWord: StateWord
  let reason: String
  let flags: [String]
  /// True if something can be done with the row in bulk.
  var canSelect: Bool
  /// Nil if no round of review is open.
  var standing: RowStanding?
  let userName: String?
  let userHref: String?

  init(_ key: RowKey, _ entry: SnapshotEntry, href: String, _ addresses: PageAddresses) {
    row = key.description
    anchor = RowTrail.anchor(key)
    account = DisplayText.safe("\(entry.domain)\\\(entry.login)")
    rowHref = href
    login = entry.login.isEmpty ? nil : DisplayText.safe(entry.login)
    smtp = PageWords.safe(entry.attributes[DirectoryAttribute.mail]?.first)
    name = PageWords.safe(entry.personName)
    domain = DisplayText.safe(entry.domain)
    status = entry.state.status.rawValue
    isMatched = entry.state.status == .matched
    stateWord = StateWord(entry.state)
    reason = PageWords.sentence(DisplayText.safe(entry.reason.message(for: entry.state)))
    flags = PageWords.flags(entry.flags)
    canSelect = entry.state.status == .matched
    userName = PageWords.safe(entry.userName)
    userHref = entry.userName.map { addresses.href(ofUser: $0) }
  }
}

extension SyncRow: PageRow {
  func value(named key: String) -> (any Sendable)? {
    switch key {
    case "row": row
    case "anchor": anchor
    case "account": account
    case "rowHref": rowHref
    case "login": login
    case "smtp": smtp
    case "name": name
    case "domain": domain
    case "status": status
    case "isMatched": isMatched
    case "stateWord": stateWord
    case "reason": reason
    case "flags": flags
    case "canSelect": canSelect
    case "standing": standing
    case "userName": userName
    case "userHref": userHref
    default: nil
    }
  }
}
