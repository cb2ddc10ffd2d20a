internal import Administration
internal import TenantCore

/// What may be told about a tenant.
enum TenantEvent: String, Sendable, Codable {
  /// Runs fail.
  case failed
  /// No run was complete for ``TenantTimes/staleAfter`` intervals.
  case stale
  /// A limit refused a run (T3).
  case safetyStop = "safety-stop"
  /// A run was complete again.
  case recovered
}

/// When one tenant ran and is to run. Moments are durations since the service began; those before
/// it are negative.
struct TenantTimes: Sendable, Equatable {
  /// The longest wait after failures, in intervals.
  static let largestBackoff = 8
  /// After how many intervals without success a snapshot is stale.
  static let staleAfter = Synchronization.intervalsUntilStale
  /// The longest time over which runs that are due at once are spread.
  static let longestSpread = Duration.seconds(300)
  /// The longest wait for another process that runs.
  static let longestPause = Duration.seconds(30)
  /// The shortest wait for another host whose turn ends.
  static let shortestPause = Duration.seconds(1)

  /// The time between two runs.
  private(set) var interval: Duration
  /// When the next run is due.
  private(set) var next: Duration
  /// When the last complete run was over; nil if there was none.
  private(set) var lastSuccess: Duration?
  /// Failed runs in a row.
  private(set) var failures = 0
  /// What was reported and is not fixed yet.
  private(set) var troubles: Set<TenantEvent> = []
  private var jitter: Jitter
  /// Staleness counts from here at the earliest: while the service was not there, nobody could run.
  private var watchedSince: Duration

  /// Makes the times of a tenant that is new to the service.
  init(tenant: String, interval: Duration, lastSuccess: Duration?, now: Duration) {
    self.interval = interval
    self.lastSuccess = lastSuccess
    jitter = Jitter(tenant: tenant)
    watchedSince = now
    next = now
    plan(now: now)
  }

  /// The wait after failures that is in force; zero if there were none.
  var backoff: Duration { failures == 0 ? .zero : interval * factor }

  private var factor: Int { min(1 << min(failures - 1, 16), Self.largestBackoff) }

  /// When the snapshot becomes stale.
  var staleAt: Duration {
    max(lastSuccess ?? watchedSince, watchedSince) + interval * Self.staleAfter
  }

  /// Takes a changed tenant file: what failed before may be fixed.
  mutating func change(interval: Duration, now: Duration) {
    self.interval = interval
    failures = 0
    plan(now: now)
  }

  /// After a complete run, of this process or of another.
  ///
  /// - Returns: true if it fixed something.
  mutating func succeed(at moment: Duration, now: Duration) -> Bool {
    lastSuccess = moment
    failures = 0
    plan(now: now)
    defer { troubles = [] }
    return !troubles.isEmpty
  }

  /// After a failed run: the next waits an interval, two, four, eight, and then always eight.
  ///
  /// - Returns: true if this is news.
  mutating func fail(now: Duration) -> Bool {
    failures += 1
    next = now + backoff + jitter.part(of: interval)
    return troubles.insert(.failed).inserted
  }

  /// After a run that a limit refused: it waits for the next interval, or for a person.
  ///
  /// - Returns: true if this is news.
  mutating func stop(now: Duration) -> Bool {
    failures = 0
    next = now + interval + jitter.part(of: interval)
    return troubles.insert(.safetyStop).inserted
  }

  /// While another process runs, which is no failure.
  ///
  /// - Parameter left: after how long it loses its turn unless it goes on; nil if that is not known.
  mutating func pause(now: Duration, left: Duration? = nil) {
    let pause = min(interval / 10, Self.longestPause)
    next = now + max(min(pause, left ?? pause), min(pause, Self.shortestPause))
  }

  /// After a look at what the hosts share.
  ///
  /// - Parameter success: when another host's run was complete that is news; nil if there was none.
  /// - Returns: true if that fixed something.
  mutating func follow(_ times: TurnTimes, lastSuccess success: Duration?, now: Duration) -> Bool {
    let due = now + max(.zero, times.wait) + jitter.part(of: interval)
    guard let success else {
      // What failed here waits here, whatever the others do.
      next = failures > 0 ? max(next, due) : due
      failures = max(failures, times.failures)
      return false
    }
    lastSuccess = success
    failures = times.failures
    next = due
    defer { troubles = [] }
    return !troubles.isEmpty
  }

  /// Notes that the snapshot is stale, if it is.
  ///
  /// - Returns: true if this is news.
  mutating func becomeStale(now: Duration) -> Bool {
    now >= staleAt && troubles.insert(.stale).inserted
  }

  /// An interval after the last complete run; what is due at once is spread.
  private mutating func plan(now: Duration) {
    let due = lastSuccess.map { $0 + interval + jitter.part(of: interval) }
    if let due, due > now {
      next = due
    } else {
      next =
        now
        + min(
          jitter.part(of: interval), jitter.part(of: Self.longestSpread / Jitter.largestShare))
    }
  }
}
