internal import Reconciliation
internal import Synchronization
internal import Workbench

/// How far the runs are that somebody asked for, and how the last one ended.
final class RunProgressBoard: Sendable {
  /// What is known of a tenant.
  struct Entry: Sendable {
    /// What is being done, such as `reading ACME`.
    var phase = "starting"
    /// How much of it; 0 if there is nothing to count.
    var count = 0
    /// Why the last one did not complete; nil if it did, or there was none.
    var message: String?
    /// True if a limit refused it (T3).
    var isRefused = false
  }

  private let entries = Mutex<[String: Entry]>([:])

  func entry(of tenant: String) -> Entry { entries.withLock { $0[tenant] ?? Entry() } }

  func begin(_ tenant: String) { entries.withLock { $0[tenant] = Entry() } }

  func note(_ progress: RunProgress, of tenant: String) {
    entries.withLock { entries in
      entries[tenant, default: Entry()].phase = progress.phase
      entries[tenant, default: Entry()].count = progress.count
    }
  }

  func note(_ end: RunEnd, of tenant: String) {
    let failed: (run: FailedRun, isRefused: Bool)? =
      switch end {
      case .complete, .notDue, .abandoned: nil
      case .refusedByLimit(let run): (run, true)
      case .alreadyRunning(let run), .incomplete(let run), .failed(let run): (run, false)
      }
    entries.withLock { entries in
      entries[tenant] = Entry(
        message: failed?.run.message, isRefused: failed?.isRefused ?? false)
    }
  }
}
