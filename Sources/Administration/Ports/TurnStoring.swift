package import TenantCore

/// When a tenant runs next, as every host beside its store sees it.
package struct TurnTimes: Sendable, Equatable {
  /// How long until a run is due, by the store's clock; zero if one is.
  package var wait: Duration
  /// Failed runs in a row, at whichever host.
  package var failures: Int
  /// Where hosts that have looked lately have another tenant file, each as host and path, in order.
  package var otherFiles: [String]
  /// True if somebody was told of trouble, at whichever host, and not yet that it is over.
  package var isTold: Bool

  /// Makes a value.
  package init(
    wait: Duration, failures: Int, otherFiles: [String] = [], isTold: Bool = false
  ) {
    self.wait = wait
    self.failures = failures
    self.otherFiles = otherFiles
    self.isTold = isTold
  }
}

/// The tenant file that a host uses.
package struct UsedTenantFile: Sendable, Equatable {
  /// What tells its contents from all others.
  package let digest: String
  /// Where it is at this host.
  package let path: String

  /// Names a file.
  package init(digest: String, path: String) {
    self.digest = digest
    self.path = path
  }
}

/// What somebody is told who asks for a tenant's turn.
package enum Turn: Sendable {
  /// A run is due, and nobody else makes it: the tenant's lock was taken.
  ///
  /// - Parameter times: what the hosts share; nil if no other host can run the tenant.
  case due(any RunLock, times: TurnTimes?)
  /// Another host runs the tenant.
  ///
  /// - Parameters:
  ///   - failure: who runs, since when; of kind `alreadyRunning` (T1).
  ///   - left: after how long the other one loses its turn, unless it goes on.
  case taken(Failure, left: Duration)
  /// No run is due.
  ///
  /// - Parameters:
  ///   - since: the latest complete run; nil if there is none.
  ///   - times: what the hosts share; nil if no other host can run the tenant.
  case notDue(since: RunRecord?, times: TurnTimes?)
}

/// Which of the hosts beside one store runs a tenant, and when (H4).
///
/// Each host has timers of its own and asks when a tenant seems due to it. Of those who ask for a turn one gets it, the
/// others learn when to ask again. Who dies in its turn loses it with the tenant's lock. A store that one host has
/// for itself knows no more than the latest complete run.
package protocol TurnStoring: Sendable {
  /// Takes the tenant's lock if a run is due: in one step if hosts share the store.
  ///
  /// - Parameters:
  ///   - now: the time on the clock that dates runs.
  ///   - file: what was put off because runs with another file failed is due again.
  func takeTurn(at now: Timestamp, file: UsedTenantFile) async throws -> Turn

  /// When a run is due; nil if no other host can run the tenant. Takes nothing.
  func turnTimes(file: UsedTenantFile) async throws -> TurnTimes?

  /// Notes that somebody is about to be told of trouble, or that all of it is over, so that of the hosts one does so.
  ///
  /// - Parameter trouble: a word for its kind; nil if it is over.
  /// - Returns: false if another host has told that already; nil if no other host can.
  func noteTold(_ trouble: String?) async throws -> Bool?
}

extension RunStoring {
  /// Takes the tenant's lock if the latest complete run is older than an interval: the turn in a store that one host has
  /// for itself.
  package func takeTurnAlone(at now: Timestamp, interval: Duration) async throws -> Turn {
    if let last = try await lastCompleteRun() {
      let age = now.secondsSince1970 - last.completedAt.secondsSince1970
      // A run that was dated in the future, before the clock was set back, says nothing.
      if age >= 0, .seconds(age) < interval { return .notDue(since: last, times: nil) }
    }
    return .due(try await lock(), times: nil)
  }
}

/// Tells what other hosts do, for those who want to show it before they look by themselves (H4). Nothing depends on it:
/// what is not told is found out at the next look.
package protocol HostNews: Sendable {
  /// Tenants by name: each of which a run has ended, or something was changed by hand, at whichever host; until the task that
  /// listens is cancelled.
  func changedTenants() -> AsyncStream<String>
}
