internal import Administration
internal import TenantCore

/// What is counted of each tenant's runs.
struct Ledger: Sendable {
  private var reports: [String: TenantReport] = [:]

  /// What is known of a tenant, without what the schedule knows.
  func report(of tenant: String) -> TenantReport {
    reports[tenant]
      ?? TenantReport(tenant: tenant, nextRun: 0, backoff: .zero, isRunning: false)
  }

  func lastSuccess(of tenant: String) -> Timestamp? { reports[tenant]?.lastSuccess }

  mutating func forget(_ tenant: String) { reports[tenant] = nil }

  /// Takes a complete run of another process, or of an earlier one.
  mutating func note(_ run: RunRecord, of tenant: String) {
    var report = report(of: tenant)
    report.counts = run.counts
    report.lastSuccess = Timestamp(run.completedAt)
    reports[tenant] = report
  }

  /// Takes the end of an attempt.
  mutating func note(_ result: RunResult, of tenant: String, _ duration: Duration) {
    if let run = result.completeRun { note(run, of: tenant) }
    guard TenantReport.counted.contains(result.outcome) else { return }
    var report = report(of: tenant)
    report.runs[result.outcome, default: 0] += 1
    if result.outcome != .alreadyRunning { report.lastDuration = duration }
    reports[tenant] = report
  }
}
