internal import Administration
internal import Logging
internal import TenantCore

/// The end of a run, in the service's log and in notifications.
extension RunResult {
  var logLevel: Logger.Level {
    switch outcome {
    case .complete, .alreadyRunning: .info
    case .notDue: .debug
    case .refused: .warning
    case .incomplete, .failed: .error
    case .abandoned: .notice
    }
  }

  /// What happened, and the remedy.
  var message: String {
    switch outcome {
    case .complete: "run \(number ?? 0) is complete"
    case .notDue: notDue
    case .abandoned: "the run was abandoned, because the service stops"
    case .refused, .alreadyRunning, .incomplete, .failed:
      failure.map(Self.words) ?? outcome.rawValue
    }
  }

  private var notDue: String {
    guard let times, times.failures > 0 || completeRun == nil else {
      return "run \(number ?? 0) of another process is complete"
    }
    return "a run of another host did not complete; the next one is due in "
      + "\(times.wait.components.seconds) s"
  }

  var logMetadata: Logger.Metadata {
    guard outcome == .complete, let run = completeRun else { return [:] }
    return [
      "rows": "\(run.counts.total)", "matched": "\(run.counts[Status.matched])",
      "newLinks": "\(run.newLinks)", "updatedUsers": "\(run.updatedUsers)",
    ]
  }

  /// The log's reader has a terminal and the pages.
  private static func words(_ failure: Failure) -> String {
    guard failure.remedy == .allowLargeChange else { return failure.message }
    return failure.message
      + ". If this is right, allow the large change once: on the tenant's page, or with 'tenantctl sync "
      + "--allow-large-change'"
  }
}
