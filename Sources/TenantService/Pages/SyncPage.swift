internal import Authorization
internal import Foundation
internal import PluginContract
internal import TenantCore
internal import Workbench

/// What the page Active Directory Sync shows: where the snapshot stands, and the table.
struct SyncPage {
  let visit: PageVisit
  let listing: ReviewListing
  private let rows: [(key: RowKey, entry: SnapshotEntry)]
  private let runs: [RunRecord]
  private let report: TenantReport?

  init(visit: PageVisit, listing: ReviewListing, store: any TenantStoring) async throws {
    self.visit = visit
    self.listing = listing
    let entries = try await store.entries(listing.keys)
    // A row that was there a moment ago may be gone.
    rows = listing.keys.compactMap { key in entries[key].map { (key, $0) } }
    runs = try await store.runs(before: nil, limit: RunChart.most)
    report = await visit.administration.parts.scheduler.report(of: visit.tenant.name)
  }

  private var query: ReviewQuery { listing.query }

  func values() -> [String: Any] {
    var values = visit.frame(
      PageSection.sync.title, crumbs: PageSection.sync.place + [(PageSection.sync.title, nil)])
    values["canSync"] = !visit.tenant.directories.isEmpty
    values["syncAction"] = visit.href("sync")
    values["warnings"] = warnings
    values.set("running", running)
    values.set("largeChange", largeChange)
    values.set("empty", empty)
    values["hasSnapshot"] = listing.head != nil
    addNextRun(to: &values)
    guard let head = listing.head else { return values }
    addState(of: head, to: &values)
    addTable(to: &values)
    return values
  }

  // MARK: - Above the table

  private var running: [String: Any]? {
    guard report?.isRunning == true else { return nil }
    let entry = visit.administration.parts.progress.entry(of: visit.tenant.name)
    return [
      "progressHref": visit.href("sync/progress"), "phase": entry.phase,
      "countText": entry.count > 0 ? PageWords.count(entry.count) : "", "refreshHref": here,
    ]
  }

  private var warnings: [[String: Any]] {
    var warnings: [[String: Any]] = []
    if let failure = runs.first, failure.outcome != .complete {
      warnings.append([
        "tone": "bad", "lead": "The last run failed.",
        "text": PageWords.safe(failure.message ?? failure.outcome.rawValue)?.asSentence ?? "",
        "href": visit.href("history/runs/\(failure.id)"), "linkText": "Run \(failure.id)",
      ])
    }
    if let age = report?.age, age > visit.tenant.synchronization.interval * TenantTimes.staleAfter {
      warnings.append([
        "tone": "warn", "lead": "The snapshot is stale.",
        "text": "No run was complete for \(TenantTimes.staleAfter) intervals.",
      ])
    }
    return warnings + (listing.head.map { DirectoryWarnings.values(of: $0.run) } ?? [])
  }

  private var largeChange: [String: Any]? {
    guard let last = runs.first, last.outcome == .refused else { return nil }
    return ["refusal": PageWords.safe(last.message)?.asSentence ?? ""]
  }

  private var empty: [String: Any]? {
    if visit.tenant.directories.isEmpty {
      return [
        "emptyTitle": "No Active Directory is configured",
        "emptyText": "There is nothing to review until a directory is named in the tenant file.",
        "emptyHref": visit.href(PageSection.configuration.path),
        "emptyLink": PageSection.configuration.title,
      ]
    }
    guard let head = listing.head else {
      return [
        "emptyTitle": "No complete run yet",
        "emptyText": "The table appears after the first complete run. Sync now begins one.",
      ]
    }
    guard head.run.counts.total == 0 else { return nil }
    return [
      "emptyTitle": "The directory has no users",
      "emptyText": "The last complete run found nobody in the configured organizational units.",
      "emptyHref": visit.href(PageSection.configuration.path),
      "emptyLink": PageSection.configuration.title,
    ]
  }

  private func addNextRun(to values: inout [String: Any]) {
    guard let report, !visit.tenant.directories.isEmpty else { return }
    if report.isRunning {
      values["nextRunText"] = "under way"
      return
    }
    let moment = Timestamp(secondsSince1970: Int64(report.nextRun.rounded(.up)))
    values["nextRun"] = PageWords.time(moment.description)
    values["nextRunText"] =
      report.backoff > .zero ? " (after failures the wait is longer)" : ""
  }

  private func addState(of head: SnapshotHead, to values: inout [String: Any]) {
    let run = head.run
    let completed = Timestamp(run.completedAt) ?? visit.administration.parts.clock.date()
    let age =
      visit.administration.parts.clock.date().secondsSince1970 - completed.secondsSince1970
    values["snapshot"] =
      [
        "ageText": "\(PageWords.duration(age)) old", "run": "\(run.id)",
        "runHref": visit.href("history/runs/\(run.id)"),
      ].merging(PageWords.time(run.completedAt)) { $1 } as [String: Any]
    values.set(
      "lastFailure",
      head.lastFailure.map { failure in
        PageWords.time(failure.completedAt).with([
          "run": "\(failure.id)", "runHref": visit.href("history/runs/\(failure.id)"),
        ])
      })
    let counts = run.counts
    values["totals"] = [
      total("All users", counts.total, "all", tone: nil),
      total("Matched", counts[Status.matched], "matched", tone: "is-matched"),
      total("Not Matched", counts[Status.notMatched], "not-matched", tone: "is-not"),
    ]
    values["stateCounts"] = counts.present.map { state, count in
      [
        "label": state.rawValue, "countText": PageWords.count(count),
        "href": visit.href(PageSection.sync.path, [("filter", state.rawValue)]),
        "isHere": query.filter == state.rawValue, "meaning": PageWords.meaning(state),
      ] as [String: Any]
    }
    let notes = notes(of: head)
    values["hasNotes"] = !notes.isEmpty
    values["notes"] = notes
    values.set("chart", RunChart(runs: runs, visit: visit)?.values)
    values["exportHref"] = visit.href("active-directory-sync/export.csv")
    values["exports"] = SnapshotDownload.formats.dropFirst().map { format in
      [
        "label": format.uppercased(),
        "href": visit.href("active-directory-sync/export.\(format)"),
      ]
    }
  }

  private func total(_ label: String, _ count: Int, _ filter: String, tone: String?)
    -> [String: Any]
  {
    var values: [String: Any] = [
      "label": label, "countText": PageWords.count(count),
      "href": visit.href(PageSection.sync.path, [("filter", filter == "all" ? nil : filter)]),
      "isHere": query.filter == filter,
    ]
    values.set("tone", tone)
    return values
  }

  private func notes(of head: SnapshotHead) -> [[String: Any]] {
    var notes: [[String: Any]] = []
    func add(_ count: Int, _ text: String, _ href: String) {
      if count > 0 { notes.append(["text": text, "href": href]) }
    }
    let vanished = head.vanishedLinks.count
    add(vanished, PageWords.count(vanished, "vanished link"), visit.href("vanished-links"))
    let unclaimed = head.unclaimedCount
    add(
      unclaimed, "\(PageWords.count(unclaimed, "user")) nobody claims",
      visit.href("users", [("show", "unclaimed")]))
    let findings = head.run.findings.count
    add(
      findings, "\(PageWords.count(findings, "finding")) of run \(head.run.id)",
      visit.href("history/runs/\(head.run.id)") + "#findings")
    return notes
  }

  // MARK: - The table

  /// This page with its query.
  private var here: String { visit.href(PageSection.sync.path, query.fields) }

  private func addTable(to values: inout [String: Any]) {
    values["filterAction"] = visit.href(PageSection.sync.path)
    values["filters"] = [("all", "All"), ("matched", "Matched"), ("not-matched", "Not Matched")]
      .map { TableWords.option($0.0, $0.1, isSelected: query.filter == $0.0) }
    values["stateFilters"] = RowState.allCases.map {
      TableWords.option($0.rawValue, $0.rawValue, isSelected: query.filter == $0.rawValue)
    }
    let domains = visit.tenant.directories.map(\.domain)
    values["domains"] =
      [TableWords.option("", "All domains", isSelected: query.domain == nil)]
      + domains.map { TableWords.option($0, $0, isSelected: query.domain == $0) }
    values["accounts"] =
      [TableWords.option("", "All accounts", isSelected: query.account == nil)]
      + AccountFilter.allCases.map {
        TableWords.option(
          $0.rawValue, $0 == .unknown ? "Not known" : $0.rawValue.capitalized,
          isSelected: query.account == $0)
      }
    let words = TableWords(place: query.page, total: listing.total, hasMore: listing.hasMore)
    words.add(to: &values) { page in
      var query = query
      query.page.number = page
      return visit.href(PageSection.sync.path, query.fields)
    }
    values["search"] = query.search ?? ""
    values["sort"] = query.sort?.rawValue ?? ""
    values["order"] = query.isDescending ? "desc" : "asc"
    if query.isNarrowed { values["clearHref"] = visit.href(PageSection.sync.path) }
    values["noFit"] = rows.isEmpty && query.isNarrowed
    values["hasRows"] = !rows.isEmpty
    values["columns"] = columns
    values["rows"] = rows.map { row($0.key, $0.entry) }
    values["unlinkAction"] = visit.href("links/unlink")
    values["back"] = here
  }

  private var columns: [[String: Any]] {
    let labels: [(ReviewQuery.Sort, String)] = [
      (.login, "Active Directory Login"), (.smtp, "SMTP Address"), (.name, "Name"),
      (.domain, "Domain"), (.status, "Status"), (.state, "State"),
    ]
    return labels.map { sort, label in
      var query = query
      let isSorted = query.sort == sort
      query.isDescending = isSorted && !query.isDescending
      query.sort = sort
      query.page.number = 1
      var values: [String: Any] = [
        "key": sort.rawValue, "label": label,
        "href": visit.href(PageSection.sync.path, query.fields),
      ]
      if isSorted { values["ariaSort"] = self.query.isDescending ? "descending" : "ascending" }
      return values
    }
  }

  private func row(_ key: RowKey, _ entry: SnapshotEntry) -> [String: Any] {
    var values: [String: Any] = [
      "row": key.description, "account": DisplayText.safe("\(entry.domain)\\\(entry.login)"),
      "rowHref": visit.href(ofRow: key), "domain": DisplayText.safe(entry.domain),
      "status": entry.state.status.rawValue, "isMatched": entry.state.status == .matched,
      "state": entry.state.rawValue, "needsAttention": PageWords.needsAttention(entry.state),
      "reason": DisplayText.safe(entry.reason.message(for: entry.state)),
      "flags": PageWords.flags(entry.flags), "canUnlink": entry.state.status == .matched,
    ]
    values.set("login", entry.login.isEmpty ? nil : PageWords.safe(entry.login))
    values.set("smtp", PageWords.safe(entry.attributes[DirectoryAttribute.mail]?.first))
    values.set("name", PageWords.safe(entry.personName))
    if let userName = entry.userName {
      values["userName"] = DisplayText.safe(userName)
      values["userHref"] = visit.href(ofUser: userName)
    }
    return values
  }
}
