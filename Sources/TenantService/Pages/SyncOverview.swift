internal import Authorization
internal import TenantCore

/// Where the snapshot stands: its age, its numbers, and what wants to be looked at.
struct SyncOverview {
  let visit: PageVisit
  let head: SnapshotHead
  /// The latest first.
  let runs: [RunRecord]
  let report: TenantReport?
  /// Which rows the table shows.
  let filter: String

  var values: SyncOverviewValues {
    let notes = notes
    return SyncOverviewValues(
      totals: totals, stateCounts: stateCounts, hasNotes: !notes.isEmpty,
      notes: notes, ageText: ageText, snapshot: moment(of: head.run),
      lastFailure: head.lastFailure.map(moment), nextRun: nextRun,
      chart: RunChart(runs: runs, visit: visit)?.values)
  }

  private var ageText: String {
    let now = visit.authorized.parts.clock.date()
    let seconds = now.secondsSince1970 - head.run.completedAt.secondsSince1970
    return "\(PageWords.duration(seconds)) old"
  }

  private func moment(of run: RunRecord) -> SyncOverviewValues.RunMoment {
    SyncOverviewValues.RunMoment(
      run: "\(run.id)", runHref: visit.href("history/runs/\(run.id)"),
      time: PageTime(run.completedAt))
  }

  private var nextRun: SyncOverviewValues.NextRun? {
    guard let report, !visit.tenant.directories.isEmpty else { return nil }
    guard !report.isRunning else {
      return SyncOverviewValues.NextRun(time: nil, text: "under way")
    }
    let moment = Timestamp(secondsSince1970: Int64(report.nextRun.rounded(.up)))
    return SyncOverviewValues.NextRun(
      time: PageTime(moment),
      text: report.backoff > .zero ? " (after failures the wait is longer)" : "")
  }

  private var totals: [SyncOverviewValues.Total] {
    let counts = head.run.counts
    return [
      total("All users", counts.total, "all", tone: nil),
      total("Matched", counts[Status.matched], "matched", tone: "is-matched"),
      total("Not Matched", counts[Status.notMatched], "not-matched", tone: "is-not"),
    ]
  }

  private func total(
    _ label: String, _ count: Int, _ filter: String, tone: String?
  ) -> SyncOverviewValues.Total {
    SyncOverviewValues.Total(
      label: label, countText: PageWords.count(count),
      href: visit.href(PageSection.sync.path, [("filter", filter == "all" ? nil : filter)]),
      isHere: self.filter == filter, tone: tone)
  }

  private var stateCounts: [SyncOverviewValues.State] {
    head.run.counts.present.map { state, count in
      SyncOverviewValues.State(
        label: StateWord(state).word, countText: PageWords.count(count),
        href: visit.href(PageSection.sync.path, [("filter", state.rawValue)]),
        isHere: filter == state.rawValue, stateWord: StateWord(state))
    }
  }

  private var notes: [PageLink] {
    let (vanished, unclaimed) = (head.vanishedLinks.count, head.unclaimedCount)
    let findings = head.run.findings.count
    let all = [
      (head.run.counts[.unmatched], "Near misses", visit.href("near-misses")),
      (vanished, PageWords.count(vanished, "vanished link"), visit.href("vanished-links")),
      (
        unclaimed, "\(PageWords.count(unclaimed, "unclaimed user"))",
        visit.href("users", [("show", "unclaimed")])
      ),
      (
        findings, "\(PageWords.count(findings, "finding")) of run \(head.run.id)",
        visit.href("history/runs/\(head.run.id)") + "#findings"
      ),
    ]
    return all.filter { $0.0 > 0 }.map { PageLink(label: $0.1, href: $0.2) }
  }
}

/// What stands above the table.
struct SyncOverviewValues: Sendable {
  /// The rows of a status.
  struct Total: Sendable {
    let label: String
    let countText: String
    let href: String
    let isHere: Bool
    let tone: String?
  }

  /// The rows of a state.
  struct State: Sendable {
    let label: String
    let countText: String
    let href: String
    let isHere: Bool
    let stateWord: StateWord
  }

  /// A run and when it ended.
  struct RunMoment: Sendable {
    let run: String
    let runHref: String
    let time: PageTime
  }

  /// When the next run begins.
  struct NextRun: Sendable {
    /// Nil if it is under way.
    let time: PageTime?
    let text: String
  }

  let totals: [Total]
  let stateCounts: [State]
  let hasNotes: Bool
  let notes: [PageLink]
  let ageText: String
  let snapshot: RunMoment
  /// Nil if no run failed since.
  let lastFailure: RunMoment?
  let nextRun: NextRun?
  let chart: RunChart.Values?
}
