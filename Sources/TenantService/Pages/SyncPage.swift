internal import Administration
internal import Authorization
internal import Foundation
internal import TenantCore

/// What the page Active Directory Sync shows: where the snapshot stands, and the table.
struct SyncPage {
  private let visit: PageVisit
  private let listing: ReviewListing
  private let rows: [(key: RowKey, entry: SnapshotEntry)]
  private let runs: [RunRecord]
  private let report: TenantReport?
  private let seen: Int64

  /// - Parameter seen: the last change before anything of the listing was read.
  init(visit: PageVisit, listing: ReviewListing, seen: Int64) async throws {
    self.visit = visit
    self.seen = seen
    self.listing = listing
    let session = visit.authorized.session
    let entries = try await session.entries(listing.keys)
    // A row that was there a moment ago may be gone.
    rows = listing.keys.compactMap { key in entries[key].map { (key, $0) } }
    runs = try await session.runs(limit: RunChart.most)
    report = await visit.authorized.report()
  }

  var values: SyncPageValues {
    let last = runs.first
    let table = SyncTable(visit: visit, listing: listing, rows: rows, seen: seen)
    return SyncPageValues(
      frame: visit.frame(
        PageSection.sync.title, crumbs: PageSection.sync.place + [(PageSection.sync.title, nil)]),
      canSync: !visit.tenant.directories.isEmpty, syncAction: visit.href("sync"),
      linkSheetHref: visit.href("links/import"),
      warnings: warnings, running: running(here: table.here),
      ended: RunEnded(visit, runs, isRunning: report?.isRunning == true),
      refusal: last?.outcome == .refused
        ? PageWords.safe(last?.message)?.asSentence ?? "" : nil,
      previewHref: visit.href(PreviewPages.path),
      empty: empty,
      overview: listing.head.map {
        SyncOverview(
          visit: visit, head: $0, runs: runs, report: report, filter: listing.query.filter
        ).values
      },
      bar: RoundBar(listing.attention, visit.addresses),
      review: listing.head == nil ? nil : table.values)
  }

  /// The latest run before the one that somebody waits for.
  private var waiting: Int64? {
    FormFields(queryOf: visit.request)[RunEnded.field].flatMap { Int64($0) }
  }

  private func running(here: String) -> SyncPageValues.Progress? {
    guard report?.isRunning == true else { return nil }
    let entry = visit.authorized.parts.progress.entry(of: visit.tenant.name)
    let isCounted = report?.runner == nil && entry.count > 0
    return SyncPageValues.Progress(
      progressHref: visit.href("sync/progress"), phase: report?.runner ?? entry.phase,
      countText: isCounted ? PageWords.count(entry.count) : "",
      refreshHref: waiting.map { RunEnded.address(here, after: $0) } ?? here)
  }

  private var warnings: [PageWarning] {
    var warnings: [PageWarning] = []
    if let failure = runs.first, failure.outcome != .complete {
      warnings.append(
        PageWarning(
          tone: .bad, lead: "The last run failed.",
          text: DisplayText.safe(failure.message ?? failure.outcome.rawValue).asSentence,
          href: visit.href("history/runs/\(failure.id)"), linkText: "Run \(failure.id)"))
    }
    if let age = report?.age, age > visit.tenant.synchronization.longestAge {
      warnings.append(
        PageWarning(
          tone: .warn, lead: "The snapshot is stale.",
          text: "No run was complete for \(TenantTimes.staleAfter) intervals."))
    }
    return warnings + (listing.head.map { DirectoryWarnings.values(of: $0.run) } ?? [])
  }

  private var empty: EmptyTable? {
    if visit.tenant.directories.isEmpty {
      return EmptyTable(
        emptyTitle: "No Active Directory is configured",
        emptyText: "There is nothing to review until the tenant file names a directory.",
        emptyHref: visit.href(PageSection.configuration.path),
        emptyLink: PageSection.configuration.title)
    }
    guard let head = listing.head else {
      return EmptyTable(
        emptyTitle: "No complete run yet",
        emptyText: "The table appears after the first complete run. 'Sync now' starts one.")
    }
    guard head.run.counts.total == 0 else { return nil }
    return EmptyTable(
      emptyTitle: "The directory has no users",
      emptyText: "The last complete run found nobody in the configured organizational units.",
      emptyHref: visit.href(PageSection.configuration.path),
      emptyLink: PageSection.configuration.title)
  }
}

/// What the page Active Directory Sync is filled with.
struct SyncPageValues: PageValues {
  static let template = "sync"

  /// A run that is under way.
  struct Progress: Sendable {
    let progressHref: String
    let phase: String
    let countText: String
    let refreshHref: String
  }

  let stateWords = StateWord.rows
  let frame: PageFrame
  let canSync: Bool
  let syncAction: String
  let linkSheetHref: String
  let warnings: [PageWarning]
  let running: Progress?
  /// What became of the run that somebody waits for.
  let ended: RunEnded?
  /// Why a limit refused the last run; nil if none did.
  let refusal: String?
  /// Where it is said what a run would do.
  let previewHref: String
  let empty: EmptyTable?
  /// Nil if there is no snapshot yet, as the table is.
  let overview: SyncOverviewValues?
  /// Nil if no round of review is open.
  let bar: RoundBar?
  let review: SyncTableValues?
}
