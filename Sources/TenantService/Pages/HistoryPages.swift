internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import TenantCore
internal import Workbench

/// What was done to a tenant: runs, changes, refusals; and the links without a row.
struct HistoryPages: Sendable {
  let pages: Pages

  /// Lines of a page.
  static let most = 50

  func add(to router: Router<WebContext>) {
    pages.page(router, "/history", "history") { visit in
      try await HistoryPage(visit).runs()
    }
    pages.page(router, "/history/runs/:run", "history") { visit in
      try await HistoryPage(visit).run(try visit.parameter("run"))
    }
    pages.page(router, "/history/changes", "history") { visit in
      try await HistoryPage(visit).changes()
    }
    pages.page(router, "/history/refusals", "history") { visit in
      try await HistoryPage(visit).refusals()
    }
    pages.page(router, "/vanished-links", "review") { visit in
      try await HistoryPage(visit).vanishedLinks()
    }
    for table in HistoryDownload.Table.allCases {
      pages.page(router, "/history/\(table.rawValue).csv", "history") { visit in
        try await HistoryDownload(administration: visit.administration, table: table).response()
      }
    }
  }
}

/// The pages of the history.
struct HistoryPage {
  let visit: PageVisit
  private let store: any TenantStoring
  private let before: Int64?

  init(_ visit: PageVisit) async throws {
    self.visit = visit
    store = try await visit.administration.store()
    before = try FormFields(queryOf: visit.request).number("before", in: 1...Int.max).map {
      Int64($0)
    }
  }

  // MARK: - Lists

  func runs() async throws -> Response {
    let found = try await store.runs(before: before, limit: HistoryPages.most + 1)
    let runs = found.prefix(HistoryPages.most)
    var values = frame("Runs", here: "history")
    values["exportHref"] = visit.href("history/runs.csv")
    values["hasRows"] = !runs.isEmpty
    values["rows"] = runs.map(row)
    values.set(
      "older", older(runs.count, found.count, next: runs.last?.id, path: "history", noun: "run"))
    return try visit.answer("history", values)
  }

  func changes() async throws -> Response {
    let login = FormFields(queryOf: visit.request)["login"]
    var values = frame("Changes", here: "history/changes")
    values["exportHref"] = visit.href("history/changes.csv")
    values["filterAction"] = visit.href("history/changes")
    values["search"] = login ?? ""
    if login != nil { values["clearHref"] = visit.href("history/changes") }
    let changes: [ChangeRecord]
    if let login {
      let name = LoginName(login)
      changes =
        name == nil ? [] : try await store.changes(login: name, limit: 10 * HistoryPages.most)
    } else {
      let found = try await store.changes(
        before: before, limit: HistoryPages.most + 1)
      let shown = found.prefix(HistoryPages.most)
      changes = shown.map(\.change)
      values.set(
        "older",
        older(
          shown.count, found.count, next: shown.last?.number, path: "history/changes",
          noun: "change"))
    }
    values["hasChanges"] = !changes.isEmpty
    values["changes"] = changes.map { ChangeWords(visit: visit, change: $0).values }
    return try visit.answer("changes", values)
  }

  func refusals() async throws -> Response {
    let session = visit.administration.session
    let refusals = try await OwnThread.run {
      try session.refusals(limit: 10 * HistoryPages.most)
    }
    var values = frame("Refusals", here: "history/refusals")
    values["exportHref"] = visit.href("history/refusals.csv")
    values["hasRows"] = !refusals.isEmpty
    values["rows"] = refusals.map { refusal in
      PageWords.time(refusal.at).with([
        "actor": DisplayText.safe(refusal.actor), "deed": DisplayText.safe(refusal.action),
        "missing": refusal.missing,
      ])
    }
    return try visit.answer("refusals", values)
  }

  func vanishedLinks() async throws -> Response {
    let head = try await store.head()
    let links = head?.vanishedLinks ?? []
    var values = frame("Vanished links", here: "vanished-links")
    values["hasRows"] = !links.isEmpty
    values["unlinkAction"] = visit.href("links/unlink")
    values["back"] = visit.href("vanished-links")
    values["rows"] = links.prefix(10 * HistoryPages.most).map { vanished in
      PageWords.time(head?.run.completedAt ?? "").with([
        "userName": vanished.link.userName, "userHref": visit.href(ofUser: vanished.link.userName),
        "account": DisplayText.safe("\(vanished.link.domain)\\\(vanished.link.login)"),
        "state": vanished.state.rawValue, "reason": Self.meaning(vanished.state),
      ])
    }
    return try visit.answer("vanished-links", values)
  }

  private static func meaning(_ state: VanishedLinkState) -> String {
    switch state {
    case .sourceDeleted: "The directory has no such account any more."
    case .sourceOutOfScope: "The account lies outside the configured organizational units."
    case .sourceUnseen: "Not known, because the latest run failed."
    case .userMissing: "The application has no such user any more."
    }
  }

  // MARK: - One run

  func run(_ number: String) async throws -> Response {
    guard let number = Int64(number), let run = try await store.run(number) else {
      throw WebFailure.notFound
    }
    var values = visit.frame(
      "Run \(run.id)",
      crumbs: PageSection.history.place + [
        (PageSection.history.title, visit.href("history")), ("Run \(run.id)", nil),
      ])
    values["historyTabs"] = tabs(here: nil)
    values["isOK"] = run.outcome == .complete
    values["result"] = run.outcome.rawValue
    values.set("message", PageWords.safe(run.message)?.asSentence)
    values["facts"] = FactWords.values([
      ("Started", [PageWords.words(ofTime: run.startedAt)]), ("Took", [Self.duration(run)]),
      ("By", [run.actor]), ("AD users", [PageWords.count(run.counts.total)]),
      ("New links", [PageWords.count(run.newLinks)]),
      ("Updated users", [PageWords.count(run.updatedUsers)]),
      ("Vanished links", [PageWords.count(run.vanishedLinks.count)]),
    ])
    values["stateCounts"] = run.counts.present.map {
      ["label": $0.state.rawValue, "countText": PageWords.count($0.count)]
    }
    if run.newLinks + run.updatedUsers > 0 { values["changesHref"] = visit.href("history/changes") }
    values["phases"] = run.phases.map {
      ["label": $0.name, "durationText": PageWords.duration($0.duration)]
    }
    values["reads"] = run.reads.map {
      [
        "domain": DisplayText.safe($0.domain), "server": DisplayText.safe($0.server),
        "pagesText": PageWords.count($0.pages), "recordsText": PageWords.count($0.records),
      ]
    }
    values["warnings"] = DirectoryWarnings.values(of: run)
    addFindings(of: run, to: &values)
    return try visit.answer("run", values)
  }

  private func addFindings(of run: RunRecord, to values: inout [String: Any]) {
    let most = 10 * HistoryPages.most
    values["hasFindings"] = !run.findings.isEmpty
    values["findings"] = run.findings.prefix(most).map { finding in
      var values: [String: Any] = [
        "code": finding.code.rawValue, "message": DisplayText.safe(finding.message).asSentence,
      ]
      values["subject"] = PageWords.safe(finding.subject) ?? ""
      return values
    }
    if run.findings.count > most {
      values["findingsMore"] = "and \(PageWords.count(run.findings.count - most)) more"
    }
  }

  // MARK: - Parts

  private func frame(_ title: String, here: String) -> [String: Any] {
    visit.frame(
      title,
      crumbs: PageSection.history.place + [
        (PageSection.history.title, here == "history" ? nil : visit.href("history"))
      ] + (here == "history" ? [] : [(title, nil)])
    ).with(["historyTabs": tabs(here: here)])
  }

  private func tabs(here: String?) -> [[String: Any]] {
    [
      ("Runs", "history"), ("Changes", "history/changes"), ("Refusals", "history/refusals"),
      ("Vanished links", "vanished-links"),
    ].map { ["label": $0, "href": visit.href($1), "isHere": $1 == here] }
  }

  private func older(_ shown: Int, _ found: Int, next: Int64?, path: String, noun: String)
    -> [String: Any]?
  {
    guard before != nil || found > shown else { return nil }
    var values: [String: Any] = ["rowsText": PageWords.count(shown, noun)]
    if before != nil { values["newestHref"] = visit.href(path) }
    if found > shown, let next { values["olderHref"] = visit.href(path, [("before", "\(next)")]) }
    return values
  }

  private func row(_ run: RunRecord) -> [String: Any] {
    let isOK = run.outcome == .complete
    var values: [String: Any] = PageWords.time(run.startedAt).with([
      "run": "\(run.id)", "runHref": visit.href("history/runs/\(run.id)"), "isOK": isOK,
      "result": run.outcome.rawValue, "durationText": Self.duration(run),
      "actor": DisplayText.safe(run.actor),
    ])
    values.set("message", PageWords.safe(run.message)?.asSentence)
    if isOK {
      values["matchedText"] = PageWords.count(run.counts[Status.matched])
      values["notMatchedText"] = PageWords.count(run.counts[Status.notMatched])
      values["newLinksText"] = PageWords.count(run.newLinks)
      values["updatedText"] = PageWords.count(run.updatedUsers)
    }
    return values
  }

  private static func duration(_ run: RunRecord) -> String {
    if !run.phases.isEmpty {
      return PageWords.duration(run.phases.reduce(.zero) { $0 + $1.duration })
    }
    guard let start = Timestamp(run.startedAt), let end = Timestamp(run.completedAt) else {
      return ""
    }
    return PageWords.duration(.seconds(end.secondsSince1970 - start.secondsSince1970))
  }
}
