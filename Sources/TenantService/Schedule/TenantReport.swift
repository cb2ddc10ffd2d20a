package import Administration
package import TenantCore

/// What the service knows of a tenant, to be measured and asked for.
package struct TenantReport: Sendable {
  /// The ends that the metrics count; the others were no attempts.
  package static let counted: [RunResult.Outcome] = [
    .complete, .incomplete, .refused, .failed, .alreadyRunning,
  ]

  /// The tenant.
  package var tenant: String
  /// Runs of this process by how they ended.
  package var runs: [RunResult.Outcome: Int] = [:]
  /// How long the latest run took that did not make way for another process; nil if there was none.
  package var lastDuration: Duration?
  /// How the latest run ended, of whatever process; nil if there was none.
  package var lastOutcome: RunOutcome?
  /// The rows of the snapshot; nil if there is none.
  package var counts: StateCounts?
  /// The snapshot's links without a row or without a user; states without any are left out.
  package var vanishedLinks: [VanishedLinkState: Int] = [:]
  /// The snapshot's age; nil if there is none.
  package var age: Duration?
  /// When the last complete run was over; nil if there was none.
  package var lastSuccess: Timestamp?
  /// When the next run is due, in seconds since 1970.
  package var nextRun: Double
  /// The wait after failures that is in force.
  package var backoff: Duration
  /// True while it runs.
  package var isRunning: Bool
  /// Who runs it at another host, in a few words; nil if none does, or that was not asked.
  package var runner: String?
  /// True while its run waits for a directory that has been silent for a while.
  package var isWaiting = false
  /// Where other hosts have another tenant file.
  package var otherFiles: [String] = []
  /// How long its run has been due without having begun; zero if it is not late.
  package var lateness = Duration.zero
}

/// What the service knows of all tenants.
package struct ServiceReport: Sendable {
  /// True from the first reading of the tenant files until the service is told to stop, as long as no
  /// tenant waits for its turn for longer than its interval.
  package var isReady: Bool
  /// The tenants that the service runs, in order.
  package var tenants: [TenantReport]
  /// The tenants whose files are broken, in order.
  package var broken: [String]
  /// True if not even the folder could be read at the last attempt.
  package var isFolderBroken: Bool
}
