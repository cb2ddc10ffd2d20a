package import TenantCore

/// How an attempt to run a tenant ended: classified once, where the error was caught. Schedule, pages,
/// notifications, metrics and exit codes are read off it.
package struct RunResult: Sendable {
  package enum Outcome: String, Sendable, CaseIterable {
    case complete
    /// Somebody else's run is so recent that none is due, or has failed and another one is due later.
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
  /// What the hosts shared when the turn was asked for; if another one runs, ``TurnTimes/wait`` says until when unless it
  /// goes on. Nil if no other host can run the tenant, or somebody asked for the run.
  package internal(set) var times: TurnTimes?

  private init(
    _ outcome: Outcome, run: RunRecord?, failure: Failure?, number: Int64?,
    times: TurnTimes? = nil
  ) {
    self.outcome = outcome
    self.times = times
    self.failure = failure
    self.number = number
    completeRun = run
  }

  package static func complete(_ run: RunRecord) -> RunResult {
    RunResult(.complete, run: run, failure: nil, number: run.id)
  }

  /// - Parameters:
  ///   - run: the latest complete run; nil if there is none.
  ///   - times: when the next run is due; nil if no other host can run the tenant.
  package static func notDue(since run: RunRecord?, times: TurnTimes? = nil) -> RunResult {
    RunResult(.notDue, run: run, failure: nil, number: run?.id, times: times)
  }

  package static let abandoned = RunResult(.abandoned, run: nil, failure: nil, number: nil)

  /// A run that did not complete.
  ///
  /// - Parameters:
  ///   - number: under which it was recorded; nil if it was not.
  ///   - times: until when another host runs; nil if none does.
  package static func stopped(
    by error: any Error, number: Int64? = nil, times: TurnTimes? = nil
  ) -> RunResult {
    let failure = Failure(error)
    if failure.kind == .interrupted { return .abandoned }
    let outcome: Outcome =
      switch failure.kind {
      case .limitRefused: .refused
      case .alreadyRunning: .alreadyRunning
      case .incomplete: .incomplete
      default: .failed
      }
    return RunResult(outcome, run: nil, failure: failure, number: number, times: times)
  }
}
