internal import Administration
internal import TenantCore

/// The counts and times of each tenant's runs in this process.
struct RunStatistics: Sendable {
  private var reports: [String: TenantReport] = [:]

  /// What is known of a tenant, without what the schedule knows.
  func report(of tenant: String) -> TenantReport {
    reports[tenant]
      ?? TenantReport(tenant: tenant, nextRun: 0, backoff: .zero, isRunning: false)
  }

  func lastSuccess(of tenant: String) -> Timestamp? { reports[tenant]?.lastSuccess }

  mutating func forget(_ tenant: String) { reports[tenant] = nil }

  /// Takes the latest runs of another process, or of an earlier one.
  mutating func note(_ runs: LastRuns, of tenant: String) {
    if let run = runs.complete { note(run, of: tenant) }
    note(otherFiles: runs.times?.otherFiles, of: tenant)
    guard let latest = runs.latest else { return }
    var report = report(of: tenant)
    report.lastOutcome = latest.outcome
    reports[tenant] = report
  }

  private mutating func note(otherFiles: [String]?, of tenant: String) {
    guard let otherFiles, otherFiles != report(of: tenant).otherFiles else { return }
    var report = report(of: tenant)
    report.otherFiles = otherFiles
    reports[tenant] = report
  }

  private mutating func note(_ run: RunRecord, of tenant: String) {
    var report = report(of: tenant)
    report.counts = run.counts
    report.vanishedLinks = Dictionary(grouping: run.vanishedLinks, by: \.state).mapValues(\.count)
    report.lastSuccess = run.completedAt
    report.lastOutcome = .complete
    reports[tenant] = report
  }

  /// Takes the end of an attempt.
  mutating func note(_ result: RunResult, of tenant: String, _ duration: Duration) {
    let isNews = result.outcome == .complete || result.times == nil
    if let run = result.completeRun, isNews || lastSuccess(of: tenant) != run.completedAt {
      note(run, of: tenant)
    }
    if result.outcome != .alreadyRunning {
      note(otherFiles: result.times?.otherFiles, of: tenant)
    }
    guard TenantReport.counted.contains(result.outcome) else { return }
    var report = report(of: tenant)
    report.runs[result.outcome, default: 0] += 1
    if let outcome = RunOutcome(rawValue: result.outcome.rawValue) { report.lastOutcome = outcome }
    if result.outcome != .alreadyRunning { report.lastDuration = duration }
    reports[tenant] = report
  }
}
