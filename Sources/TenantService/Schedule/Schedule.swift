internal import Administration

/// Which tenant runs when: a value that knows no clock, no thread and no store.
///
/// At most ``jobs`` run at once and never two of one tenant; the one that has waited longest comes first. A run
/// that only waits for its directory, or has read for long, gives its place away, so that no tenant costs
/// another its turn.
struct Schedule: Sendable {
  /// The most runs that give their place away, each with a thread and some descriptors; a directory that is
  /// silent is given up after its `timeout`, so that more than these wait only if as many tenants hang.
  static let mostWaiting = 64

  /// The most runs at once that get on.
  let jobs: Int
  private(set) var tenants: [String: TenantTimes] = [:]
  private(set) var running: Set<String> = []
  /// Those of ``running`` that hold no place.
  private(set) var waiting: Set<String> = []

  /// Makes a schedule without tenants.
  init(jobs: Int) { self.jobs = jobs }

  /// Adds a tenant that is new.
  mutating func add(_ tenant: String, interval: Duration, lastSuccess: Duration?, now: Duration) {
    tenants[tenant] = TenantTimes(
      tenant: tenant, interval: interval, lastSuccess: lastSuccess, now: now)
  }

  /// Takes a changed tenant file.
  mutating func change(_ tenant: String, interval: Duration, now: Duration) {
    tenants[tenant]?.change(interval: interval, now: now)
  }

  /// Drops a tenant; a run of it that is under way goes on.
  mutating func remove(_ tenant: String) { tenants[tenant] = nil }

  /// The tenants whose runs begin now; they count as running until ``end(_:_:now:)``.
  mutating func begin(now: Duration) -> [String] {
    let due = tenants.filter { $0.value.next <= now && !running.contains($0.key) }
      .sorted { ($0.value.next, $0.key) < ($1.value.next, $1.key) }
      .prefix(max(0, jobs - (running.count - waiting.count))).map(\.key)
    running.formUnion(due)
    return due
  }

  /// Takes note of the runs that only wait; more than ``mostWaiting`` keep their places.
  ///
  /// - Parameter slow: those that have read for long. What they have read is in memory, so that more than
  ///   twice ``jobs`` of them keep their places.
  mutating func setWaiting(_ tenants: Set<String>, slow: Set<String>) {
    waiting = Set(tenants.intersection(running).sorted().prefix(Self.mostWaiting))
    waiting.formUnion(slow.intersection(running).subtracting(waiting).sorted().prefix(2 * jobs))
  }

  /// True if nobody's turn can begin.
  var isFull: Bool { running.count - waiting.count >= jobs }

  /// How long ago a tenant's run was due that has not begun; nil if it is not late.
  func lateness(of tenant: String, now: Duration) -> Duration? {
    guard let times = tenants[tenant], times.next < now, !running.contains(tenant) else {
      return nil
    }
    return now - times.next
  }

  /// True if a tenant was late by an interval, and by a minute at least: the schedule does not get on.
  func isStuck(now: Duration) -> Bool {
    tenants.contains { tenant, times in
      lateness(of: tenant, now: now).map { $0 >= max(times.interval, .seconds(60)) } ?? false
    }
  }

  /// Begins a run that somebody asked for, however many are under way; false if the tenant runs.
  mutating func beginNow(_ tenant: String) -> Bool { running.insert(tenant).inserted }

  /// Takes note of a run's end.
  ///
  /// - Parameters:
  ///   - freshSince: when the run was complete because of which the snapshot is fresh, if that is news.
  ///   - times: what the hosts beside one store share of the tenant; nil if there is only this one.
  /// - Returns: what is to be told of the tenant; nil if there is no news.
  mutating func end(
    _ tenant: String, _ outcome: RunResult.Outcome, freshSince: Duration?,
    times shared: TurnTimes? = nil, now: Duration
  ) -> TenantEvent? {
    running.remove(tenant)
    waiting.remove(tenant)
    if let shared, outcome == .notDue {
      return follow(tenant, shared, lastSuccess: freshSince, now: now)
    }
    guard var times = tenants[tenant] else { return nil }
    defer { tenants[tenant] = times }
    switch outcome {
    case .complete, .notDue:
      let isFixed = times.succeed(at: freshSince ?? now, now: now)
      return isFixed || shared?.isTold == true ? .recovered : nil
    case .failed, .incomplete: return times.fail(now: now) ? .failed : nil
    case .refused: return times.stop(now: now) ? .safetyStop : nil
    case .alreadyRunning:
      times.pause(now: now, left: shared?.wait)
      return nil
    case .abandoned: return nil
    }
  }

  /// Takes note of what the hosts share of a tenant.
  ///
  /// - Parameter success: when another host's run was complete that is news; nil if there was none.
  /// - Returns: what is to be told of the tenant; nil if there is no news.
  mutating func follow(
    _ tenant: String, _ times: TurnTimes, lastSuccess success: Duration?, now: Duration
  ) -> TenantEvent? {
    (tenants[tenant]?.follow(times, lastSuccess: success, now: now) ?? false) ? .recovered : nil
  }

  /// The tenants whose snapshots have become stale since this was last asked, in order.
  mutating func newlyStale(now: Duration) -> [String] {
    tenants.keys.sorted().filter { tenants[$0]?.becomeStale(now: now) ?? false }
  }

  /// When something is to be done next; nil if only the end of a run can bring it.
  var nextMoment: Duration? {
    let runs = isFull ? [] : tenants.filter { !running.contains($0.key) }.map(\.value.next)
    let stale = tenants.values.filter { !$0.troubles.contains(.stale) }.map(\.staleAt)
    return (runs + stale).min()
  }
}
