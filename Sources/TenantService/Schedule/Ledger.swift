internal import TenantCore
internal import Workbench

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
  mutating func note(_ end: RunEnd, of tenant: String, _ duration: Duration) {
    switch end {
    case .complete(let run):
      note(run, of: tenant)
      count(.complete, tenant, duration)
    case .notDue(let run): note(run, of: tenant)
    case .refusedByLimit: count(.refused, tenant, duration)
    case .incomplete: count(.incomplete, tenant, duration)
    case .failed: count(.failed, tenant, duration)
    case .alreadyRunning: count(.alreadyRunning, tenant, nil)
    case .abandoned: break
    }
  }

  private mutating func count(
    _ outcome: TenantReport.Outcome, _ tenant: String, _ duration: Duration?
  ) {
    var report = report(of: tenant)
    report.runs[outcome, default: 0] += 1
    if let duration { report.lastDuration = duration }
    reports[tenant] = report
  }
}
