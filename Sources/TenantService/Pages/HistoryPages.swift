internal import Administration
internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import TenantCore

/// What was done to a tenant: runs, changes, refusals, who came and left.
struct HistoryPages: Sendable {
  let pages: Pages

  /// Lines of a page.
  static let most = 50

  func add(to router: Router<WebContext>) {
    pages.page(router, "/history", "history") { visit in
      try await HistoryPage(visit).runs()
    }
    pages.page(router, "/history/runs/:run", "history") { visit in
      try await RunPage(visit, try visit.parameter("run")).answer()
    }
    pages.page(router, "/history/changes", "history") { visit in
      try await HistoryPage(visit).changes()
    }
    pages.page(router, "/history/refusals", "history") { visit in
      try await HistoryPage(visit).refusals()
    }
    pages.page(router, "/history/events", "history") { visit in
      try await HistoryPage(visit).events()
    }
    for table in HistoryExport.Table.allCases {
      pages.page(router, "/history/\(table.rawValue).csv", "history") { visit in
        let query = try HistoryQuery(FormFields(queryOf: visit.request))
        guard query.canFind else {
          throw WebFailure(.badRequest, "'login' can be nobody's login; there is nothing to export")
        }
        return try await visit.authorized.historyDownload(table, fitting: query.filter)
      }
    }
  }
}

/// The pages of the history that list something.
struct HistoryPage {
  private let visit: PageVisit
  private let before: Int64?
  private let query: HistoryQuery

  init(_ visit: PageVisit) throws {
    self.visit = visit
    let fields = FormFields(queryOf: visit.request)
    before = try fields.number("before", in: 1...Int.max).map { Int64($0) }
    query = try HistoryQuery(fields)
  }

  func runs() async throws -> Response {
    let found = try await visit.authorized.session.runs(
      before: before, fitting: query.filter, limit: HistoryPages.most + 1)
    let runs = found.prefix(HistoryPages.most)
    return try visit.answer(
      RunsPageValues(
        frame: frame("Runs", here: "history"), historyTabs: visit.historyTabs(here: "history"),
        exportHref: export("runs"),
        filter: query.form(
          action: visit.href("history"), isOfChanges: false), hasRows: !runs.isEmpty,
        rows: runs.map { RunsPageValues.Row($0, visit) },
        older: older(
          runs.count, found.count, next: runs.last?.id, path: "history", noun: "run")))
  }

  func changes() async throws -> Response {
    let path = "history/changes"
    let session = visit.authorized.session
    let found =
      try await query.canFind
      ? session.changes(before: before, fitting: query.filter, limit: HistoryPages.most + 1) : []
    let shown = found.prefix(HistoryPages.most)
    return try visit.answer(
      ChangesPageValues(
        frame: frame("Changes", here: path), historyTabs: visit.historyTabs(here: path),
        exportHref: export("changes"),
        filter: query.form(action: visit.href(path), isOfChanges: true),
        isNarrowed: query.isNarrowed, hasChanges: !shown.isEmpty,
        changes: shown.map { ChangeRow($0.change, visit.addresses) },
        older: older(
          shown.count, found.count, next: shown.last?.number, path: path, noun: "change")))
  }

  func refusals() async throws -> Response {
    let path = "history/refusals"
    let refusals = try await visit.authorized.session.refusals(
      fitting: query.filter, limit: 10 * HistoryPages.most)
    return try visit.answer(
      RefusalsPageValues(
        frame: frame("Refusals", here: path), historyTabs: visit.historyTabs(here: path),
        exportHref: export("refusals"),
        filter: query.form(action: visit.href(path), isOfChanges: false),
        hasRows: !refusals.isEmpty,
        rows: refusals.map {
          RefusalsPageValues.Row(
            time: PageTime($0.at), actor: DisplayText.safe($0.actor),
            deed: DisplayText.safe($0.action), login: PageWords.safe($0.login), missing: $0.missing)
        }))
  }

  func events() async throws -> Response {
    let path = "history/events"
    let events = try await visit.authorized.session.events(
      fitting: query.filter, limit: 10 * HistoryPages.most)
    return try visit.answer(
      EventsPageValues(
        frame: frame("Sign-ins and access", here: path),
        historyTabs: visit.historyTabs(here: path), exportHref: export("events"),
        filter: query.form(action: visit.href(path), isOfChanges: false), hasRows: !events.isEmpty,
        rows: events.map {
          EventsPageValues.Row(
            time: PageTime($0.at), actor: DisplayText.safe($0.actor),
            deed: DisplayText.safe($0.action), subject: PageWords.safe($0.subject),
            address: PageWords.safe($0.address))
        }))
  }

  /// The file beside a list, which holds the list's filter.
  private func export(_ table: String) -> String {
    visit.href("history/\(table).csv", query.fields)
  }

  private func frame(_ title: String, here: String) -> PageFrame {
    visit.frame(
      title,
      crumbs: PageSection.history.place + [
        (PageSection.history.title, here == "history" ? nil : visit.href("history"))
      ] + (here == "history" ? [] : [(title, nil)]))
  }

  private func older(
    _ shown: Int, _ found: Int, next: Int64?, path: String, noun: String
  ) -> OlderEntries? {
    guard before != nil || found > shown else { return nil }
    return OlderEntries(
      rowsText: PageWords.count(shown, noun),
      newestHref: before == nil ? nil : visit.href(path, query.fields),
      olderHref: found > shown
        ? next.map { visit.href(path, query.fields + [("before", "\($0)")]) } : nil)
  }
}

extension PageVisit {
  /// The ways to the lists of the history.
  ///
  /// - Parameter here: the path of the one that is shown; nil if it is none of them.
  func historyTabs(here: String?) -> [PageLink] {
    [
      ("Runs", "history"), ("Changes", "history/changes"), ("Refusals", "history/refusals"),
      ("Sign-ins and access", "history/events"),
      ("Vanished links", "vanished-links"),
    ].map { PageLink(label: $0, href: href($1), isHere: $1 == here) }
  }
}
