internal import Administration
internal import Dispatch
internal import OperatingSystem
internal import Synchronization
internal import TenantCore

/// A tenant's lock across hosts (H3): a row of table `leases` that says who runs the tenant and until when, by the
/// database's clock. Nothing of it belongs to a session of the database.
///
/// It is renewed on a thread of its own until it is given back. A process that ends without giving it back, or is paused
/// for too long, loses it: each transaction that writes under a lease looks whether it still has it.
final class Lease: RunLock {
  /// How long a lease lasts without a sign of life: twice the 30 s after which Patroni, as it is usually set, begins to make
  /// another server the primary (`ttl`, https://patroni.readthedocs.io/en/latest/dynamic_configuration.html), so that a
  /// run outlives that.
  static let duration = Duration.seconds(60)

  let token: LeaseToken
  private let tenant: String
  private let pool: PostgresPool
  private let renewal: LeaseRenewal

  /// Begins to renew a lease that was taken.
  private init(_ token: LeaseToken, _ request: LeaseRequest, _ pool: PostgresPool) throws {
    self.token = token
    self.pool = pool
    tenant = request.tenant
    renewal = try LeaseRenewal(token, tenant: tenant, duration: request.duration, pool)
  }

  // Whoever drops it without giving it back loses it after a while.
  deinit { _ = renewal.end() }

  /// True until it is given back.
  var isHeld: Bool { !renewal.hasEnded }

  /// Takes a tenant's lease, because somebody asked for it.
  ///
  /// - Throws: ``StoreError`` with code `alreadyRunning` that says who runs, since when.
  static func take(_ request: LeaseRequest, in pool: PostgresPool) async throws -> Lease {
    let end = ContinuousClock.now + longestWait
    while true {
      switch try await answer(to: request, turn: nil, in: pool) {
      case .taken(let lease, _): return lease
      case .running(let runner, _): throw StoreError.alreadyRunning(request.tenant, runner.words)
      case .notDue, .locked:
        // Somebody writes without a lease, which is over in a moment.
        guard ContinuousClock.now < end else { throw busy(request.tenant) }
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  /// Takes a tenant's lease if a run is due (H4).
  static func takeTurn(
    _ request: LeaseRequest, _ turn: TurnRequest, in pool: PostgresPool
  ) async throws -> Turn {
    switch try await answer(to: request, turn: turn, in: pool) {
    case .taken(let lease, let times): return .due(lease, times: times)
    case .running(let runner, let left):
      return .taken(StoreError.alreadyRunning(request.tenant, runner.words).failure, left: left)
    case .locked: return .taken(busy(request.tenant).failure, left: .seconds(1))
    case .notDue(let times, let last): return .notDue(since: last, times: times)
    }
  }

  /// How long it is waited for somebody who writes without a lease, as for a SQLite store that is in use.
  private static let longestWait = Duration.seconds(10)

  private static func busy(_ tenant: String) -> StoreError {
    StoreError(
      .alreadyRunning,
      "the store of tenant '\(tenant)' is in use by another program; nothing was changed, try again when it is done"
    )
  }

  private enum Answer: Sendable {
    case taken(Lease, TurnTimes)
    case running(LeaseRunner, left: Duration)
    case locked
    case notDue(TurnTimes, since: RunRecord?)
  }

  private static func answer(
    to request: LeaseRequest, turn: TurnRequest?, in pool: PostgresPool
  ) async throws -> Answer {
    let token = LeaseToken.random()
    let answer = try await pool.append(tenant: request.tenant) { database in
      try LeaseQuery(database, request, turn).take(token)
    }
    return switch answer {
    case .taken(let times): .taken(try Lease(token, request, pool), times)
    case .running(let runner, let left): .running(runner, left: left)
    case .locked: .locked
    case .notDue(let times, let last): .notDue(times, since: last)
    }
  }

  /// Does something that has the lease's row locked.
  func whileWriting<R>(_ body: () async throws -> R) async rethrows -> R {
    renewal.noteWriting(true)
    defer { renewal.noteWriting(false) }
    return try await body()
  }

  /// Notes that a transaction gave it back.
  func wasReleased() { _ = renewal.end() }

  func release() async {
    guard renewal.end() else { return }
    let (pool, tenant, token) = (pool, tenant, token)
    // A cancelled task may not write; whoever comes next is not to wait for a lease that nobody needs.
    await Task {
      try? await pool.append(tenant: tenant) { try $0.execute(LeaseQuery.release(token)) }
    }.value
  }
}

/// Who wants a lease.
struct LeaseRequest: Sendable {
  let tenant: String
  let actor: String
  var holder = LeaseHolder.current
  var duration = Lease.duration
}

/// Renews a lease until it is told to end.
private final class LeaseRenewal: Sendable {
  private let isOver = Mutex(false)
  private let isWriting = Atomic(false)
  private let signal = DispatchSemaphore(value: 0)

  /// Starts the thread.
  init(_ token: LeaseToken, tenant: String, duration: Duration, _ pool: PostgresPool) throws {
    let pause = duration / 3
    // The lease is not kept by its renewal.
    let signal = signal
    let hasEnded: @Sendable () -> Bool = { [weak self] in self?.hasEnded ?? true }
    let isWriting: @Sendable () -> Bool = {
      [weak self] in self?.isWriting.load(ordering: .relaxed) ?? false
    }
    try OwnThread.start {
      var wait = pause
      var waited = false
      while signal.wait(timeout: .now() + .milliseconds(Int(wait / .milliseconds(1)))) != .success {
        if hasEnded() { return }
        // Nobody can take it until the transaction ends, and a sign of life is missed by nobody until the lease would be
        // over: most transactions end before (H5).
        waited = wait == pause && !waited && isWriting()
        if waited { continue }
        do {
          switch try pool.renew(token, tenant: tenant, duration: duration) {
          case .renewed: wait = pause
          // A transaction of the run writes, and nobody can take the lease meanwhile.
          case .locked: wait = pause / 2
          case .lost: return
          }
        } catch {
          wait = min(pause, .seconds(1))
        }
      }
    }
  }

  func noteWriting(_ isWriting: Bool) { self.isWriting.store(isWriting, ordering: .relaxed) }

  var hasEnded: Bool { isOver.withLock(\.self) }

  /// Ends the thread.
  ///
  /// - Returns: false if it was ended before.
  func end() -> Bool {
    let isFirst = isOver.withLock { isOver in
      defer { isOver = true }
      return !isOver
    }
    if isFirst { signal.signal() }
    return isFirst
  }
}
