internal import Logging
internal import TenantCore
internal import Workbench

/// What the end of a run means: for the schedule, and in words.
struct Verdict: Sendable {
  /// Nil if the run was abandoned.
  var end: Schedule.End?
  var level: Logger.Level
  var message: String
  var run: Int64?
  var metadata: Logger.Metadata = [:]

  init(_ end: RunEnd, now: Duration, clock: ServiceClock) {
    switch end {
    case .complete(let run):
      self.init(.fresh(at: now), .info, "run \(run.id) is complete", run: run.id)
      metadata = [
        "rows": "\(run.counts.total)", "matched": "\(run.counts[Status.matched])",
        "newLinks": "\(run.newLinks)", "updatedUsers": "\(run.updatedUsers)",
      ]
    case .notDue(let run):
      let moment = Timestamp(run.completedAt).map(clock.moment(of:)) ?? now
      self.init(.fresh(at: moment), .debug, "run \(run.id) of another process is complete")
      self.run = run.id
    case .refusedByLimit(let failed):
      self.init(.refusedByLimit, .warning, failed.message, run: failed.run)
    case .alreadyRunning(let failed):
      self.init(.alreadyRunning, .info, failed.message)
    case .incomplete(let failed), .failed(let failed):
      self.init(.failed, .error, failed.message, run: failed.run)
    case .abandoned:
      self.init(nil, .notice, "the run was abandoned, because the service stops")
    }
  }

  private init(
    _ end: Schedule.End?, _ level: Logger.Level, _ message: String, run: Int64? = nil
  ) {
    self.end = end
    self.level = level
    self.message = message
    self.run = run
  }
}
