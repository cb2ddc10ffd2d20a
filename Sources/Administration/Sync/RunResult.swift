package import TenantCore

/// How an attempt to run a tenant ended: classified once, where the error was caught. Schedule, pages,
/// notifications, metrics and exit codes are read off it.
package struct RunResult: Sendable {
  package enum Outcome: String, Sendable, CaseIterable {
    case complete
    /// Somebody else's run is so recent that none is due.
    case notDue = "not-due"
    /// A limit refused it (T3).
    case refused
    /// Another process runs the tenant (T1).
    case alreadyRunning = "already-running"
    /// A directory was not read to its end (T2).
    case incomplete
    case failed
    /// It was cancelled.
    case abandoned
  }

  package let outcome: Outcome
  /// The complete run: this one, or the one because of which none was due.
  package let completeRun: RunRecord?
  /// Why it did not complete; nil if it did, was not due, or was abandoned.
  package let failure: Failure?
  /// The run's number in the tenant's history; nil if it has none.
  package let number: Int64?

  private init(_ outcome: Outcome, run: RunRecord?, failure: Failure?, number: Int64?) {
    self.outcome = outcome
    self.failure = failure
    self.number = number
    completeRun = run
  }

  package static func complete(_ run: RunRecord) -> RunResult {
    RunResult(.complete, run: run, failure: nil, number: run.id)
  }

  package static func notDue(since run: RunRecord) -> RunResult {
    RunResult(.notDue, run: run, failure: nil, number: run.id)
  }

  package static let abandoned = RunResult(.abandoned, run: nil, failure: nil, number: nil)

  /// A run that did not complete.
  ///
  /// - Parameter number: under which it was recorded; nil if it was not.
  package static func stopped(by error: any Error, number: Int64? = nil) -> RunResult {
    let failure = Failure(error)
    if failure.kind == .interrupted { return .abandoned }
    let outcome: Outcome =
      switch failure.kind {
      case .limitRefused: .refused
      case .alreadyRunning: .alreadyRunning
      case .incomplete: .incomplete
      default: .failed
      }
    return RunResult(outcome, run: nil, failure: failure, number: number)
  }
}
