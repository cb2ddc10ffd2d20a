package import TenantCore

/// The clocks of the service: one that only goes forward for what is planned, and the wall's for
/// what is dated. Tests bring their own.
package struct ServiceClock: Sendable {
  /// The time since the service began; nobody can set it back.
  package var elapsed: @Sendable () -> Duration
  /// The time of day.
  package var date: @Sendable () -> Timestamp
  /// Waits until a moment of ``elapsed``.
  package var sleep: @Sendable (Duration) async throws -> Void

  /// Makes a clock.
  package init(
    elapsed: @escaping @Sendable () -> Duration, date: @escaping @Sendable () -> Timestamp,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.elapsed = elapsed
    self.date = date
    self.sleep = sleep
  }

  /// The machine's clocks.
  package static func system() -> ServiceClock {
    let start = ContinuousClock.now
    return ServiceClock(
      elapsed: { ContinuousClock.now - start }, date: { Timestamp.now() },
      sleep: { try await Task.sleep(until: start + $0, clock: .continuous) })
  }

  /// The moment of ``elapsed`` that bears a date; a date in the future, from before the clock was
  /// set back, counts as now.
  func moment(of date: Timestamp) -> Duration {
    elapsed() - .seconds(max(0, self.date().secondsSince1970 - date.secondsSince1970))
  }

  /// Seconds since 1970 at a moment of ``elapsed``.
  func seconds(at moment: Duration) -> Double {
    Double(date().secondsSince1970) + (moment - elapsed()) / .seconds(1)
  }
}
