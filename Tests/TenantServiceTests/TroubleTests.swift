import Administration
import Testing

@testable import TenantService

@Suite("Failures, limits and staleness in the schedule")
struct TroubleTests {
  private static let minute = Duration.seconds(60)
  private var minute: Duration { Self.minute }

  private static func schedule() -> Schedule {
    var schedule = Schedule(jobs: 1)
    schedule.add("acme", interval: minute, lastSuccess: nil, now: .zero)
    return schedule
  }

  /// Lets the next run end.
  private func run(
    _ schedule: inout Schedule, _ outcome: RunResult.Outcome, freshSince: Duration = .zero
  ) throws -> TenantEvent? {
    let now = try #require(schedule.tenants["acme"]?.next)
    #expect(schedule.begin(now: now) == ["acme"])
    return schedule.end("acme", outcome, freshSince: freshSince, now: now)
  }

  private func wait(_ schedule: Schedule, after moment: Duration) throws -> Duration {
    try #require(schedule.tenants["acme"]?.next) - moment
  }

  @Test("after failures the wait doubles up to eight intervals")
  func backoff() throws {
    var schedule = Self.schedule()
    for factor in [1, 2, 4, 8, 8, 8] {
      let now = try #require(schedule.tenants["acme"]?.next)
      _ = try run(&schedule, .failed)
      let wait = try wait(schedule, after: now)
      #expect(wait >= minute * factor && wait < minute * factor + minute / 10)
      #expect(schedule.tenants["acme"]?.backoff == minute * factor)
    }
  }

  @Test("a complete run ends the back-off")
  func recovery() throws {
    var schedule = Self.schedule()
    for _ in 0..<5 { _ = try run(&schedule, .failed) }
    let now = try #require(schedule.tenants["acme"]?.next)
    #expect(schedule.begin(now: now) == ["acme"])
    #expect(schedule.end("acme", .complete, freshSince: now, now: now) == .recovered)
    let wait = try wait(schedule, after: now)
    #expect(wait >= minute && wait < minute * 1.1)
    #expect(schedule.tenants["acme"]?.backoff == .zero)
  }

  @Test("each kind of trouble is told once until it is over, and so is its end")
  func toldOnce() throws {
    var schedule = Self.schedule()
    #expect(try run(&schedule, .complete) == nil)
    #expect(try run(&schedule, .failed) == .failed)
    #expect(try run(&schedule, .failed) == nil)
    #expect(try run(&schedule, .refused) == .safetyStop)
    #expect(try run(&schedule, .refused) == nil)
    let now = try #require(schedule.tenants["acme"]?.next)
    #expect(try run(&schedule, .complete, freshSince: now) == .recovered)
    #expect(try run(&schedule, .complete, freshSince: now + minute) == nil)
    #expect(try run(&schedule, .failed) == .failed)
  }

  @Test("T3: what a limit refused waits for the next interval and is no failure")
  func limit() throws {
    var schedule = Self.schedule()
    _ = try run(&schedule, .failed)
    _ = try run(&schedule, .failed)
    let now = try #require(schedule.tenants["acme"]?.next)
    _ = try run(&schedule, .refused)
    let wait = try wait(schedule, after: now)
    #expect(wait >= minute && wait < minute * 1.1)
    #expect(schedule.tenants["acme"]?.failures == 0)
  }

  @Test("T1: while another process runs, it is tried again soon, and that is no failure")
  func alreadyRunning() throws {
    var schedule = Self.schedule()
    let now = try #require(schedule.tenants["acme"]?.next)
    #expect(try run(&schedule, .alreadyRunning) == nil)
    #expect(try wait(schedule, after: now) == minute / 10)
    #expect(schedule.tenants["acme"]?.failures == 0)
    schedule.add("acme", interval: minute * 60, lastSuccess: nil, now: .zero)
    let later = try #require(schedule.tenants["acme"]?.next)
    _ = try run(&schedule, .alreadyRunning)
    #expect(try wait(schedule, after: later) == .seconds(30))
  }

  @Test("a snapshot is stale after three intervals without a complete run, which is told once")
  func stale() throws {
    var schedule = Self.schedule()
    _ = try run(&schedule, .complete)
    #expect(schedule.newlyStale(now: minute * 3 - .seconds(1)) == [])
    #expect(schedule.newlyStale(now: minute * 3) == ["acme"])
    #expect(schedule.newlyStale(now: minute * 4) == [])
    let now = try #require(schedule.tenants["acme"]?.next)
    #expect(try run(&schedule, .complete, freshSince: now) == .recovered)
    #expect(schedule.newlyStale(now: now + minute * 3) == ["acme"])
  }

  @Test("a snapshot is not stale because the service was not there")
  func staleAtStart() {
    var schedule = Schedule(jobs: 1)
    schedule.add("acme", interval: minute, lastSuccess: .zero - minute * 900, now: .zero)
    #expect(schedule.newlyStale(now: .zero) == [])
    #expect(schedule.newlyStale(now: minute * 3) == ["acme"])
  }

  @Test("a run that was abandoned changes nothing")
  func abandoned() throws {
    var schedule = Self.schedule()
    let before = schedule.tenants
    _ = schedule.begin(now: minute)
    #expect(schedule.end("acme", .abandoned, freshSince: minute, now: minute) == nil)
    #expect(schedule.tenants == before)
  }

  @Test("a changed tenant file ends the back-off: what failed may be fixed")
  func changed() throws {
    var schedule = Self.schedule()
    for _ in 0..<5 { _ = try run(&schedule, .failed) }
    let now = try #require(schedule.tenants["acme"]?.next) - minute
    schedule.change("acme", interval: minute, now: now)
    #expect(try wait(schedule, after: now) < minute / 10)
    #expect(try run(&schedule, .complete, freshSince: now) == .recovered)
  }

  @Test("another interval counts from the last complete run")
  func changedInterval() throws {
    var schedule = Self.schedule()
    _ = try run(&schedule, .complete)
    schedule.change("acme", interval: minute * 10, now: minute / 2)
    let next = try #require(schedule.tenants["acme"]?.next)
    #expect(next >= minute * 10 && next < minute * 11)
  }
}
