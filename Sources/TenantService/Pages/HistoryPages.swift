internal import Administration
internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import TenantCore

/// What was done to a tenant: runs, changes, refusals.
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
    for table in HistoryExport.Table.allCases {
      pages.page(router, "/history/\(table.rawValue).csv", "history") { visit in
        try await visit.authorized.historyDownload(table)
      }
    }
  }
}

/// The pages of the history that list something.
struct HistoryPage {
  private let visit: PageVisit
  private let before: Int64?

  init(_ visit: PageVisit) throws {
    self.visit = visit
    before = try FormFields(queryOf: visit.request).number("before", in: 1...Int.max).map {
      Int64($0)
    }
  }

  func runs() async throws -> Response {
    let found = try await visit.authorized.session.runs(
      before: before, limit: HistoryPages.most + 1)
    let runs = found.prefix(HistoryPages.most)
    return try visit.answer(
      RunsPageValues(
        frame: frame("Runs", here: "history"), historyTabs: visit.historyTabs(here: "history"),
        exportHref: visit.href("history/runs.csv"), hasRows: !runs.isEmpty,
        rows: runs.map { RunsPageValues.Row($0, visit) },
        older: older(
          runs.count, found.count, next: runs.last?.id, path: "history", noun: "run")))
  }

  func changes() async throws -> Response {
    let path = "history/changes"
    let session = visit.authorized.session
    let login = FormFields(queryOf: visit.request)["login"]
    let changes: [ChangeRecord]
    var older: OlderEntries?
    if let login {
      let name = LoginName(login)
      changes =
        name == nil
        ? []
        : try await session.changes(ofLogin: name, limit: 10 * HistoryPages.most).map(\.change)
    } else {
      let found = try await session.changes(before: before, limit: HistoryPages.most + 1)
      let shown = found.prefix(HistoryPages.most)
      changes = shown.map(\.change)
      older = self.older(
        shown.count, found.count, next: shown.last?.number, path: path, noun: "change")
    }
    return try visit.answer(
      ChangesPageValues(
        frame: frame("Changes", here: path), historyTabs: visit.historyTabs(here: path),
        exportHref: visit.href("history/changes.csv"), filterAction: visit.href(path),
        search: login ?? "", clearHref: login == nil ? nil : visit.href(path),
        hasChanges: !changes.isEmpty, changes: changes.map { ChangeRow($0, visit.addresses) },
        older: older))
  }

  func refusals() async throws -> Response {
    let path = "history/refusals"
    let refusals = try await visit.authorized.session.refusals(limit: 10 * HistoryPages.most)
    return try visit.answer(
      RefusalsPageValues(
        frame: frame("Refusals", here: path), historyTabs: visit.historyTabs(here: path),
        exportHref: visit.href("history/refusals.csv"), hasRows: !refusals.isEmpty,
        rows: refusals.map {
          RefusalsPageValues.Row(
            time: PageTime($0.at), actor: DisplayText.safe($0.actor),
            deed: DisplayText.safe($0.action), missing: $0.missing)
        }))
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
      newestHref: before == nil ? nil : visit.href(path),
      olderHref: found > shown ? next.map { visit.href(path, [("before", "\($0)")]) } : nil)
  }
}

extension PageVisit {
  /// The ways to the lists of the history.
  ///
  /// - Parameter here: the path of the one that is shown; nil if it is none of them.
  func historyTabs(here: String?) -> [PageLink] {
    [
      ("Runs", "history"), ("Changes", "history/changes"), ("Refusals", "history/refusals"),
      ("Vanished links", "vanished-links"),
    ].map { PageLink(label: $0, href: href($1), isHere: $1 == here) }
  }
}
