internal import Administration
internal import Synchronization
internal import TenantCore

/// How far the runs are that somebody asked for, and how the last one ended.
final class RunProgressBoard: Sendable {
  /// What is known of a tenant.
  struct Entry: Sendable {
    /// What is being done, such as `reading ACME`.
    var phase = "starting"
    /// How much of it; 0 if there is nothing to count.
    var count = 0
    /// Why the last one did not complete; nil if it did, or there was none.
    var failure: Failure?
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

  func note(_ result: RunResult, of tenant: String) {
    entries.withLock { $0[tenant] = Entry(failure: result.failure) }
  }
}
