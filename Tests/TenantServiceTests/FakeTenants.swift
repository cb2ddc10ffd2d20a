import Administration
import Logging
import Synchronization
import TenantCore

@testable import TenantService

/// A clock that a test moves.
final class FakeClock: Sendable {
  private struct State {
    var now = Duration.zero
    var sleepers: [(until: Duration, wake: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())

  /// What the service takes for the machine's clocks.
  var clock: ServiceClock {
    ServiceClock(
      elapsed: { self.state.withLock(\.now) },
      date: {
        Timestamp(secondsSince1970: 1_000_000 + self.state.withLock(\.now).components.seconds)
      },
      sleep: { await self.sleep(until: $0) })
  }

  func advance(by time: Duration) {
    let woken = state.withLock { state in
      state.now += time
      defer { state.sleepers.removeAll { $0.until <= state.now } }
      return state.sleepers.filter { $0.until <= state.now }
    }
    for sleeper in woken { sleeper.wake.resume() }
  }

  private func sleep(until moment: Duration) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if moment <= state.now { return true }
        state.sleepers.append((moment, continuation))
        return false
      }
      if isOver { continuation.resume() }
    }
  }
}

/// Tenants whose runs end when and as a test says.
final class FakeTenants: TenantSource {
  private struct State {
    var intervals: [String: Duration] = [:]
    var broken: Set<String> = []
    var isFolderBroken = false
    var version = 0
    var running: [String: CheckedContinuation<RunResult, Never>] = [:]
    var cancelled: Set<String> = []
    var deaf: Set<String> = []
    var sign: [String: @Sendable (RunSign) -> Void] = [:]
  }
  private let state = Mutex(State())

  init(_ intervals: [String: Duration]) { set(intervals) }

  /// Changes the tenant files.
  func set(_ intervals: [String: Duration], broken: Set<String> = [], folder: Bool = true) {
    state.withLock { state in
      state.intervals = intervals
      state.broken = broken
      state.isFolderBroken = !folder
    }
  }

  func read() async -> Roster {
    state.withLock { state in
      var roster = Roster()
      roster.broken = state.broken
      roster.isFolderBroken = state.isFolderBroken
      roster.jobs = Dictionary(
        uniqueKeysWithValues: state.intervals.map { ($0.key, job($0.key, $0.value)) })
      return roster
    }
  }

  var running: Set<String> { state.withLock { Set($0.running.keys) } }
  var cancelled: Set<String> { state.withLock(\.cancelled) }

  /// Waits until these run, and no others.
  func wait(for tenants: Set<String>) async throws {
    while running != tenants { try await Task.sleep(for: .milliseconds(1)) }
  }

  /// Lets a run give a sign of life.
  func sign(_ tenant: String, _ sign: RunSign) { state.withLock { $0.sign[tenant] }?(sign) }

  /// Lets a tenant's runs go on when they are cancelled, as a thread does that hangs in a library.
  func makeDeaf(_ tenant: String) { state.withLock { _ = $0.deaf.insert(tenant) } }

  func end(_ tenant: String, _ end: RunResult) {
    state.withLock { $0.running.removeValue(forKey: tenant) }?.resume(returning: end)
  }

  private func job(_ tenant: String, _ interval: Duration) -> TenantJob {
    TenantJob(interval: interval, version: 1, lastRuns: { LastRuns() }) { [self] sign in
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          state.withLock { state in
            state.running[tenant] = continuation
            state.sign[tenant] = sign
          }
        }
      } onCancel: {
        let isDeaf = state.withLock { state in
          state.cancelled.insert(tenant)
          return state.deaf.contains(tenant)
        }
        if !isDeaf { end(tenant, .abandoned) }
      }
    }
  }
}

extension RunResult {
  /// A complete run.
  static var done: RunResult {
    let moment = Timestamp(secondsSince1970: 1_000_000)
    return .complete(
      RunRecord(
        id: 7, outcome: .complete, actor: "svc", startedAt: moment, completedAt: moment))
  }

  /// A failed run.
  static var broken: RunResult {
    .stopped(by: Failure(.directoryUnavailable, "no route to dc1"), number: 8)
  }
}
