import Administration
import Synchronization
import TenantCore

@testable import TenantService

/// What hosts share of their tenants' turns, as a database keeps it, by a clock that a test moves.
final class SharedTurns: Sendable {
  /// A run that a host made.
  struct Run: Sendable, Equatable {
    var host: String
    var tenant: String
  }

  private struct State {
    var due: [String: Duration] = [:]
    var failures: [String: Int] = [:]
    var complete: [String: RunRecord] = [:]
    var holders: [String: (host: String, until: Duration)] = [:]
    var runs: [Run] = []
    var failing: Set<String> = []
    var count: Int64 = 0
    var told: [String: Set<String>] = [:]
    var isLost = false
  }

  private let clock: FakeClock
  private let interval: Duration
  private let state = Mutex(State())

  init(_ clock: FakeClock, interval: Duration) {
    self.clock = clock
    self.interval = interval
  }

  /// All runs, in the order in which they were made.
  var runs: [Run] { state.withLock(\.runs) }

  /// Lets a host take a tenant's turn and die.
  func take(_ tenant: String, host: String, for duration: Duration) {
    let now = clock.clock.elapsed()
    state.withLock { $0.holders[tenant] = (host, now + duration) }
  }

  /// Lets a tenant's runs fail, or not any more.
  func setFailing(_ tenant: String, _ isFailing: Bool) {
    state.withLock { state in
      if isFailing { state.failing.insert(tenant) } else { state.failing.remove(tenant) }
    }
  }

  /// Makes a run at a host that is no scheduler of the test.
  func run(_ tenant: String, host: String) {
    _ = state.withLock { run(tenant, host, &$0) }
  }

  /// The tenants as one host has them.
  func host(_ name: String, _ tenants: Set<String>) -> some TenantSource {
    Host(turns: self, name: name, tenants: tenants)
  }

  private struct Host: TenantSource {
    let turns: SharedTurns
    let name: String
    let tenants: Set<String>

    func read() async -> Roster {
      var roster = Roster()
      for tenant in tenants {
        roster.jobs[tenant] = TenantJob(
          interval: turns.interval, version: 1, lastRuns: { turns.look(tenant) },
          refresh: { _ in turns.refresh(tenant, name) },
          noteTold: { trouble in try turns.noteTold(tenant, trouble) })
      }
      return roster
    }
  }

  /// Lets the hosts lose what they share.
  func lose() { state.withLock { $0.isLost = true } }

  private func noteTold(_ tenant: String, _ trouble: String?) throws -> Bool {
    try state.withLock { state in
      if state.isLost { throw Failure(.storeFailure, "lost") }
      guard let trouble else { return state.told.removeValue(forKey: tenant) != nil }
      return state.told[tenant, default: []].insert(trouble).inserted
    }
  }

  private func look(_ tenant: String) -> LastRuns {
    state.withLock { state in
      let complete = state.complete[tenant]
      return LastRuns(complete: complete, latest: complete, times: times(tenant, state))
    }
  }

  private func times(_ tenant: String, _ state: State) -> TurnTimes {
    TurnTimes(
      wait: max(.zero, (state.due[tenant] ?? .zero) - clock.clock.elapsed()),
      failures: state.failures[tenant] ?? 0)
  }

  private func refresh(_ tenant: String, _ host: String) -> RunResult {
    let now = clock.clock.elapsed()
    return state.withLock { state in
      if let holder = state.holders[tenant], holder.until > now {
        let failure = Failure(.alreadyRunning, "\(holder.host) runs \(tenant)")
        return .stopped(by: failure, times: TurnTimes(wait: holder.until - now, failures: 0))
      }
      let times = times(tenant, state)
      guard times.wait <= .zero else {
        return .notDue(since: state.complete[tenant], times: times)
      }
      return run(tenant, host, &state)
    }
  }

  private func run(_ tenant: String, _ host: String, _ state: inout State) -> RunResult {
    let now = clock.clock.elapsed()
    state.runs.append(Run(host: host, tenant: tenant))
    state.holders[tenant] = nil
    guard !state.failing.contains(tenant) else {
      state.failures[tenant, default: 0] += 1
      state.due[tenant] = now + interval
      return .broken
    }
    state.count += 1
    let date = clock.clock.date()
    let run = RunRecord(
      id: state.count, outcome: .complete, actor: host, startedAt: date, completedAt: date)
    state.complete[tenant] = run
    state.failures[tenant] = 0
    state.due[tenant] = now + interval
    return .complete(run)
  }
}
