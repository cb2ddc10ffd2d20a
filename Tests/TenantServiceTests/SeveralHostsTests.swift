import Administration
import Logging
import Synchronization
import TenantCore
import Testing

@testable import TenantService

@Suite("Schedules of several hosts that share their tenants' turns (H4)", .timeLimit(.minutes(5)))
struct SeveralHostsTests {
  private static let interval = Duration.seconds(1000)
  private let clock = FakeClock()
  private let turns: SharedTurns

  init() { turns = SharedTurns(clock, interval: Self.interval) }

  private final class Words: Sendable {
    let told = Mutex<[String]>([])
    let completed = Mutex<[String]>([])
  }

  private struct Host {
    let scheduler: Scheduler
    let words: Words

    var told: [String] { words.told.withLock(\.self) }
    var completed: [String] { words.completed.withLock(\.self) }
  }

  private func host(_ name: String, _ tenants: Set<String>) -> Host {
    let words = Words()
    let scheduler = Scheduler(
      source: turns.host(name, tenants), jobs: 100, clock: clock.clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      tell: { note in words.told.withLock { $0.append("\(note.tenant) \(note.event)") } },
      didComplete: { tenant in words.completed.withLock { $0.append(tenant) } })
    return Host(scheduler: scheduler, words: words)
  }

  /// Runs hosts while the body does.
  private func with(
    _ names: [String], _ tenants: Set<String>, _ body: ([Host]) async throws -> Void
  ) async throws {
    let hosts = names.map { host($0, tenants) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for host in hosts { group.addTask { try await host.scheduler.run() } }
      for host in hosts { try await wait(host) { $0.isReady } }
      try await body(hosts)
      for host in hosts { host.scheduler.stop() }
      try await group.waitForAll()
    }
    clock.advance(by: .seconds(1_000_000))
  }

  private func wait(_ host: Host, until isSo: (ServiceReport) -> Bool) async throws {
    while !isSo(await host.scheduler.report()) { try await Task.sleep(for: .milliseconds(1)) }
  }

  /// Moves the clock, and waits until every host has looked at all that is due by then.
  private func advance(_ hosts: [Host], by time: Duration) async throws {
    clock.advance(by: time)
    let now = clock.clock.seconds(at: clock.clock.elapsed())
    for host in hosts {
      try await wait(host) { report in
        report.tenants.allSatisfy { $0.nextRun > now && !$0.isRunning }
      }
    }
  }

  /// Waits until somebody was told all of this, and expects that nobody was told anything else.
  private func waitUntilTold(_ hosts: [Host], _ events: [String]) async throws {
    while hosts.flatMap(\.told).count < events.count { try await Task.sleep(for: .milliseconds(1)) }
    #expect(hosts.flatMap(\.told).sorted() == events.sorted())
  }

  @Test("what cannot be shared is told by each host, with its end")
  func toldAlone() async throws {
    turns.setFailing("acme", true)
    turns.lose()
    try await with(["a"], ["acme"]) { hosts in
      try await advance(hosts, by: .seconds(100))
      try await waitUntilTold(hosts, ["acme failed"])
      turns.setFailing("acme", false)
      try await advance(hosts, by: .seconds(1100))
      try await waitUntilTold(hosts, ["acme failed", "acme recovered"])
    }
  }

  @Test("each tenant runs once an interval, at whichever host; the hosts share the work")
  func once() async throws {
    let tenants = Set((0..<20).map { "t\($0)" })
    try await with(["a", "b", "c"], tenants) { hosts in
      // At the start what is due is spread over a tenth of the interval.
      try await advance(hosts, by: .seconds(100))
      for round in 1...5 {
        let counts = Dictionary(grouping: turns.runs, by: \.tenant).mapValues(\.count)
        #expect(counts == Dictionary(uniqueKeysWithValues: tenants.map { ($0, round) }))
        try await advance(hosts, by: .seconds(1100))
      }
      #expect(hosts.flatMap(\.told) == [])
    }
  }

  @Test("H3: the turn of a host that has died is taken over when it ends, and not before")
  func takenOver() async throws {
    turns.take("acme", host: "dead", for: .seconds(160))
    try await with(["a"], ["acme"]) { hosts in
      try await advance(hosts, by: .seconds(100))
      #expect(turns.runs == [])
      for _ in 0..<59 { try await advance(hosts, by: .seconds(1)) }
      #expect(turns.runs == [])
      for _ in 0..<2 { try await advance(hosts, by: .seconds(1)) }
      #expect(turns.runs == [.init(host: "a", tenant: "acme")])
    }
  }

  @Test("what failed at one host waits at the others, and is told by the one that ran")
  func failedElsewhere() async throws {
    turns.setFailing("acme", true)
    try await with(["a", "b"], ["acme"]) { hosts in
      try await advance(hosts, by: .seconds(100))
      try await advance(hosts, by: .seconds(200))
      #expect(turns.runs.count == 1)
      try await waitUntilTold(hosts, ["acme failed"])
      for round in 2...3 {
        try await advance(hosts, by: .seconds(1100))
        #expect(turns.runs.count == round)
      }
      // Both have no complete run for three intervals; one says so.
      try await advance(hosts, by: .seconds(1100))
      try await waitUntilTold(hosts, ["acme failed", "acme stale"])
    }
  }

  @Test("a run of another host is taken note of when that is heard: what it fixed is told once")
  func heard() async throws {
    turns.setFailing("acme", true)
    try await with(["a"], ["acme"]) { hosts in
      let host = try #require(hosts.first)
      try await advance(hosts, by: .seconds(100))
      try await waitUntilTold(hosts, ["acme failed"])
      clock.advance(by: .seconds(500))
      turns.setFailing("acme", false)
      turns.run("acme", host: "b")
      for _ in 0..<2 { await host.scheduler.heard(of: "acme") }
      await host.scheduler.heard(of: "unknown")
      try await waitUntilTold(hosts, ["acme failed", "acme recovered"])
      #expect(host.completed == ["acme"])
      let report = try #require(await host.scheduler.report(of: "acme"))
      #expect(report.backoff == .zero && report.counts != nil)
      #expect(report.nextRun >= 1_001_600 && report.nextRun < 1_001_700)
      // The interval begins anew with that run.
      try await advance(hosts, by: .seconds(990))
      #expect(turns.runs.count == 2)
      try await advance(hosts, by: .seconds(110))
      #expect(turns.runs.count == 3)
    }
  }

  @Test("what failed here waits here, whatever another host says is due")
  func ownBackoff() {
    var times = TenantTimes(
      tenant: "acme", interval: Self.interval, lastSuccess: .zero, now: .zero)
    let hasFailed = times.fail(now: .seconds(10))
    #expect(hasFailed)
    let isNews = times.follow(
      TurnTimes(wait: .zero, failures: 0), lastSuccess: nil, now: .seconds(20))
    #expect(!isNews && times.next >= .seconds(1010) && times.failures == 1)
    let follows = times.follow(
      TurnTimes(wait: .seconds(900), failures: 0), lastSuccess: .seconds(30), now: .seconds(130))
    #expect(follows)
    #expect(times.next >= .seconds(1030) && times.next < .seconds(1130) && times.failures == 0)
  }

  @Test(
    "another process's turn is looked at again when it ends, else after a tenth of the interval")
  func pause() {
    for (left, wait) in [
      (nil, Duration.seconds(30)), (.seconds(12), .seconds(12)), (.seconds(90), .seconds(30)),
      (.zero, .seconds(1)),
    ] as [(Duration?, Duration)] {
      var times = TenantTimes(
        tenant: "acme", interval: Self.interval, lastSuccess: nil, now: .zero)
      times.pause(now: .seconds(5), left: left)
      #expect(times.next == .seconds(5) + wait)
    }
  }
}
