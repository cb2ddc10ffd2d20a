import Administration
import Harness
import Logging
import Synchronization
import TenantCore
import Testing

@testable import TenantService

@Suite("The scheduler, with a clock and tenants of the test's own", .timeLimit(.minutes(5)))
struct SchedulerTests {
  private let clock = FakeClock()
  private let tenants = FakeTenants(["acme": .seconds(100), "globex": .seconds(100)])
  private let told = Told()

  /// Keeps what an operator would be told.
  private final class Told: Sendable {
    private let list = Mutex<[TenantNotification]>([])
    func add(_ notification: TenantNotification) { list.withLock { $0.append(notification) } }
    var events: [String] { list.withLock { $0.map { "\($0.tenant) \($0.event)" } } }
    var last: TenantNotification? { list.withLock(\.last) }
  }

  private func scheduler(jobs: Int = 2) -> Scheduler {
    let told = told
    return Scheduler(
      source: tenants, jobs: jobs, clock: clock.clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, tell: { told.add($0) })
  }

  /// Runs a scheduler while the body does.
  private func with(
    jobs: Int = 2, _ body: (Scheduler) async throws -> Void
  ) async throws {
    let scheduler = scheduler(jobs: jobs)
    async let run: Void = scheduler.run()
    try await wait(scheduler) { $0.isReady }
    try await body(scheduler)
    scheduler.stop()
    try await run
    clock.advance(by: .seconds(1_000_000))
  }

  private func wait(
    _ scheduler: Scheduler, until isSo: (ServiceReport) -> Bool
  ) async throws {
    while !isSo(await scheduler.report()) { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test("tenants run, and run again an interval later; the report counts")
  func runs() async throws {
    try await with { scheduler in
      for count in 1...3 {
        clock.advance(by: .seconds(110))
        try await tenants.wait(for: ["acme", "globex"])
        for tenant in ["acme", "globex"] { tenants.end(tenant, .done) }
        try await wait(scheduler) { report in
          report.tenants.allSatisfy { $0.runs[.complete] == count }
        }
      }
      #expect(told.events == [])
    }
  }

  @Test("with one job, tenants take turns")
  func turns() async throws {
    try await with(jobs: 1) { scheduler in
      clock.advance(by: .seconds(110))
      while tenants.running.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      let first = try #require(tenants.running.first)
      #expect(tenants.running.count == 1)
      tenants.end(first, .done)
      try await tenants.wait(for: [first == "acme" ? "globex" : "acme"])
    }
  }

  @Test("failure, staleness and recovery are told, each once, with the run's number")
  func trouble() async throws {
    tenants.set(["acme": .seconds(100)])
    try await with { scheduler in
      for count in 1...3 {
        clock.advance(by: .seconds(450))
        try await tenants.wait(for: ["acme"])
        tenants.end("acme", .broken)
        try await wait(scheduler) { $0.tenants.first?.runs[.failed] == count }
        if count == 1 { #expect(told.last?.message == "no route to dc1" && told.last?.run == 8) }
      }
      #expect(Set(told.events) == ["acme failed", "acme stale"] && told.events.count == 2)
      clock.advance(by: .seconds(450))
      try await tenants.wait(for: ["acme"])
      tenants.end("acme", .done)
      try await wait(scheduler) { $0.tenants.first?.runs[.complete] == 1 }
      #expect(told.events.last == "acme recovered")
    }
  }

  @Test("T3: a limit is told as a safety stop and not tried again before the next interval")
  func limit() async throws {
    tenants.set(["acme": .seconds(100)])
    try await with { scheduler in
      clock.advance(by: .seconds(10))
      try await tenants.wait(for: ["acme"])
      tenants.end("acme", .stopped(by: Failure(.limitRefused, "too many")))
      try await wait(scheduler) { $0.tenants.first?.runs[.refused] == 1 }
      #expect(told.events == ["acme safety-stop"])
      let next = try #require(await scheduler.report().tenants.first?.nextRun)
      #expect(next >= 1_000_110 && next < 1_000_120)
    }
  }

  @Test("a reading drops tenants and adds others; what runs goes on")
  func reload() async throws {
    try await with { scheduler in
      clock.advance(by: .seconds(10))
      try await tenants.wait(for: ["acme", "globex"])
      tenants.set(["globex": .seconds(100), "new": .seconds(100)], broken: ["globex"])
      await scheduler.reload()
      let report = await scheduler.report()
      #expect(report.tenants.map(\.tenant) == ["globex", "new"])
      #expect(report.broken == ["globex"])
      #expect(tenants.cancelled == [])
      tenants.end("acme", .done)
      clock.advance(by: .seconds(10))
      try await tenants.wait(for: ["globex", "new"])
      tenants.end("new", .done)
    }
  }

  @Test("if the folder cannot be read, all tenants stay, and the report says so")
  func folder() async throws {
    try await with { scheduler in
      tenants.set([:], folder: false)
      await scheduler.reload()
      let report = await scheduler.report()
      #expect(report.isFolderBroken && report.isReady)
      #expect(report.tenants.map(\.tenant) == ["acme", "globex"])
      tenants.set(["acme": .seconds(100)])
      await scheduler.reload()
      #expect(await scheduler.report().isFolderBroken == false)
    }
  }

  @Test("runs that only wait give their places away, and take none when they go on")
  func silentDirectories() async throws {
    let fault = Fault(.service, "as many silent directories as there are jobs")
    tenants.set(["a": .seconds(100), "b": .seconds(100)])
    try await with { scheduler in
      clock.advance(by: .seconds(10))
      try await tenants.wait(for: ["a", "b"])
      tenants.set(["a": .seconds(100), "b": .seconds(100), "c": .seconds(100)])
      await scheduler.reload()
      clock.advance(by: .seconds(10))
      tenants.sign("a", .reads)
      #expect(await scheduler.report().tenants.map(\.isWaiting) == [false, false, false])
      clock.advance(by: .seconds(10))
      // Silent is b only: one place is free.
      try await tenants.wait(for: ["a", "b", "c"])
      #expect(await scheduler.report().tenants.map(\.isWaiting) == [false, true, false])
      tenants.end("c", .done)
      try await wait(scheduler) { $0.tenants.last?.runs[.complete] == 1 }
      for count in 2...4 {
        clock.advance(by: .seconds(120))
        try await tenants.wait(for: ["a", "b", "c"])
        tenants.end("c", .done)
        try await wait(scheduler) { $0.tenants.last?.runs[.complete] == count }
        #expect(await scheduler.report().isReady)
      }
      fault.survived("the others run at their interval, /readyz names who waits")
    }
  }

  @Test("a run that reads for long gives its place away, too")
  func slowDirectory() async throws {
    let fault = Fault(.service, "a directory that sends users without end, with one job")
    tenants.set(["a": .seconds(100), "b": .seconds(100)])
    try await with(jobs: 1) { scheduler in
      clock.advance(by: .seconds(10))
      while tenants.running.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      let first = try #require(tenants.running.first)
      for _ in 1...12 {
        #expect(tenants.running == [first])
        tenants.sign(first, .reads)
        clock.advance(by: .seconds(10))
      }
      try await tenants.wait(for: ["a", "b"])
      fault.survived("the other tenant has its turn two minutes later")
    }
  }

  @Test("a run that reads without end is abandoned, which is a failure and is tried again later")
  func withoutEnd() async throws {
    let fault = Fault(.service, "a directory that sends users without end")
    tenants.set(["a": .seconds(100)])
    try await with { scheduler in
      clock.advance(by: .seconds(10))
      try await tenants.wait(for: ["a"])
      tenants.sign("a", .reads)
      clock.advance(by: RunInProgress.longest)
      try await wait(scheduler) { $0.tenants.first?.runs[.failed] == 1 }
      #expect(told.last?.message.hasPrefix("the run was abandoned after 3600.0 seconds") == true)
      let report = try #require(await scheduler.report().tenants.first)
      #expect(report.backoff == .seconds(100) && !report.isRunning)
      fault.survived("abandoned after an hour, told as failed")
    }
  }

  @Test("the report is not ready while tenants do not get their turn")
  func stuck() async throws {
    let fault = Fault(.service, "runs that take all places for longer than an interval")
    tenants.set(["a": .seconds(100), "b": .seconds(100), "c": .seconds(100)])
    try await with(jobs: 1) { scheduler in
      clock.advance(by: .seconds(10))
      while tenants.running.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
      let first = try #require(tenants.running.first)
      // It works, and waits for nobody.
      tenants.sign(first, .decides)
      clock.advance(by: .seconds(85))
      #expect(await scheduler.report().isReady)
      clock.advance(by: .seconds(30))
      let report = await scheduler.report()
      #expect(!report.isReady)
      #expect(report.tenants.filter { $0.lateness >= .seconds(100) }.count == 2)
      tenants.end(first, .done)
      try await wait(scheduler) { _ in
        tenants.running.count == 1 && !tenants.running.contains(first)
      }
      fault.survived("/readyz says 503 and how late each tenant is")
    }
  }

  @Test("the end waits for a run that hangs no longer than it says")
  func deaf() async throws {
    let fault = Fault(.service, "SIGTERM while a directory read hangs in a library")
    tenants.makeDeaf("acme")
    let scheduler = scheduler()
    async let run: Void = scheduler.run()
    try await wait(scheduler) { $0.isReady }
    clock.advance(by: .seconds(10))
    try await tenants.wait(for: ["acme", "globex"])
    scheduler.stop()
    try await tenants.wait(for: ["acme"])
    while !scheduler.hasFinished {
      clock.advance(by: .seconds(1))
      try await Task.sleep(for: .milliseconds(1))
    }
    try await run
    tenants.end("acme", .abandoned)
    clock.advance(by: .seconds(1_000_000))
    fault.survived("the schedule ends 15 seconds later")
  }

  @Test("stopping abandons the run that reads and waits for the one that writes")
  func stop() async throws {
    let scheduler = scheduler()
    async let run: Void = scheduler.run()
    try await wait(scheduler) { $0.isReady }
    clock.advance(by: .seconds(10))
    try await tenants.wait(for: ["acme", "globex"])
    tenants.sign("globex", .writes)
    scheduler.stop()
    try await tenants.wait(for: ["globex"])
    #expect(tenants.cancelled == ["acme"])
    #expect(await scheduler.report().isReady == false)
    tenants.end("globex", .done)
    try await run
    clock.advance(by: .seconds(1_000_000))
    #expect(tenants.cancelled == ["acme"])
    #expect(await scheduler.report().tenants.last?.runs[.complete] == 1)
  }
}
