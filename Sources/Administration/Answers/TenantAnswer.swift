package import TenantCore

/// A tenant at a glance.
package struct TenantAnswer: Encodable, Sendable {
  /// The latest complete run.
  struct Run: Encodable, Sendable {
    let run: Int64
    let startedAt: Timestamp
    let completedAt: Timestamp
  }

  let tenant: String
  let displayName: String
  /// Nil if there is no complete run yet.
  @OrNull var snapshot: Run?
  @OrNull var counts: CountsAnswer?
  @OrNull var lastFailure: FailureAnswer?
  /// When the schedule runs it next.
  @OrNull var nextRun: Timestamp?
  let running: Bool
  /// The time between two runs, in seconds.
  let interval: Int64

  /// Tells of a tenant.
  ///
  /// - Parameter head: its snapshot; nil if there is no complete run yet.
  package init(_ tenant: Tenant, head: SnapshotHead?, nextRun: Timestamp?, running: Bool) {
    self.tenant = tenant.name
    displayName = tenant.displayName
    snapshot = head.map {
      Run(run: $0.run.id, startedAt: $0.run.startedAt, completedAt: $0.run.completedAt)
    }
    counts = head.map { CountsAnswer($0.run.counts) }
    lastFailure = head?.lastFailure.map(FailureAnswer.init)
    self.nextRun = nextRun
    self.running = running
    interval = tenant.synchronization.interval.components.seconds
  }
}
