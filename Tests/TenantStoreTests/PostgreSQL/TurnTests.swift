import Administration
import Harness
import StoreHarness
import TenantCore
import Testing

@testable import TenantStore

@Suite("H4: the turn of a tenant, of hosts that share a PostgreSQL", .timeLimit(.minutes(5)))
struct TurnTests {
  private let hosts: LeaseHosts

  init() throws { hosts = try LeaseHosts() }

  /// Takes the turn, writes a run that ended so, and gives the turn back.
  private func run(
    _ outcome: RunOutcome, host: Int = 0, file: String = "file", message: String? = nil
  ) async throws {
    guard case .due(let lease as Lease, _) = try await hosts.turn(host, file: file) else {
      throw CommandFailed(description: "no run is due")
    }
    try await note(outcome, lease.token, file: file, message: message)
    await lease.release()
  }

  private func note(
    _ outcome: RunOutcome, _ lease: LeaseToken?, file: String = "file", message: String? = nil
  ) async throws {
    let run = RunRecord(
      outcome: outcome, actor: "alice", startedAt: .now(), completedAt: .now(), message: message,
      fileDigest: file)
    try await hosts.pools[0].write(tenant: hosts.tenant, lease: lease) { database in
      _ = try RunRow.insert(run, database)
      try TurnRow.note(run, interval: .seconds(600), database)
    }
  }

  /// The wait of a host that learns that no run is due, in seconds, and what else it learns.
  private func wait(
    _ host: Int = 1, file: String = "file", interval: Duration = .seconds(600)
  ) async throws -> (seconds: Int64, failures: Int, run: Int64?)? {
    guard
      case .notDue(let last, let times?) = try await hosts.turn(
        host, file: file, interval: interval)
    else { return nil }
    // What was in the database a moment ago is a little less by now.
    return ((times.wait + .seconds(30)).components.seconds / 60 * 60, times.failures, last?.id)
  }

  /// Lets time pass, by the database's clock.
  private func pass(_ seconds: Int) async throws {
    try await hosts.pools[0].append(tenant: hosts.tenant) {
      try $0.execute(
        """
        UPDATE turns SET due = due - interval '\(seconds) seconds',
          succeeded = succeeded - interval '\(seconds) seconds'
        """)
    }
  }

  @Test func `of hosts that ask at once one gets the turn, and afterwards nobody for an interval`()
    async throws
  {
    for round in 1...3 {
      let turns = try await withThrowingTaskGroup(of: Turn.self) { group in
        for host in [0, 1, 0, 1, 0, 1] { group.addTask { try await hosts.turn(host) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let leases = turns.compactMap {
        if case .due(let lease, _) = $0 { lease as? Lease } else { nil }
      }
      #expect(leases.count == 1)
      let others = turns.filter {
        if case .taken(let failure, let left) = $0 {
          failure.kind == .alreadyRunning && left <= Lease.duration
        } else {
          false
        }
      }
      #expect(others.count == 5)
      let lease = try #require(leases.first)
      try await note(.complete, lease.token)
      await lease.release()
      for host in 0...1 {
        let learnt = try #require(try await wait(host))
        #expect(learnt == (600, 0, Int64(round)))
      }
      try await pass(600)
    }
  }

  @Test func `a run that was asked for puts the next one off`() async throws {
    try await run(.complete)
    try await pass(500)
    let lease = try await hosts.take()
    try await note(.complete, lease.token)
    await lease.release()
    let learnt = try #require(try await wait())
    #expect(learnt == (600, 0, 2))
  }

  @Test func `what fails waits an interval, two, four, eight, and no more, at whichever host`()
    async throws
  {
    for (failures, intervals) in [1, 2, 4, 8, 8].enumerated() {
      try await run(.failed, host: failures % 2)
      let learnt = try #require(try await wait())
      #expect(learnt == (Int64(600 * intervals), failures + 1, nil))
      try await pass(600 * intervals)
    }
    try await run(.refused)
    var learnt = try #require(try await wait())
    #expect(learnt == (600, 0, nil))
    try await pass(600)
    try await run(.complete)
    learnt = try #require(try await wait())
    #expect(learnt.failures == 0 && learnt.seconds == 600)
  }

  @Test func `another tenant file is tried at once if the one before has failed`() async throws {
    try await run(.complete, file: "old")
    try await pass(600)
    try await run(.failed, file: "old")
    #expect(try await wait(file: "old")?.failures == 1)
    try await run(.complete, file: "new")
    // It makes no run earlier than an interval after a complete one.
    #expect(try await wait(file: "old")?.seconds == 600)
    #expect(try await wait(file: "other", interval: .seconds(120))?.seconds == 120)
  }

  @Test func `who is abandoned, or dies, leaves the turn to others`() async throws {
    let fault = Fault(.service, "a host that dies while it runs a tenant")
    try await run(.failed, message: RunRecord.interrupted)
    try await run(.complete, host: 1)
    try await pass(600)
    guard case .due(let lease as Lease, _) = try await hosts.turn() else {
      throw CommandFailed(description: "no run is due")
    }
    try await hosts.outliveLeases()
    guard case .due(let other as Lease, _) = try await hosts.turn(1) else {
      throw CommandFailed(description: "the turn was not taken over")
    }
    await #expect(throws: StoreError.self) { try await note(.complete, lease.token) }
    try await note(.complete, other.token)
    await other.release()
    await lease.release()
    let learnt = try #require(try await wait(0))
    #expect(learnt.run == 3 && learnt.seconds == 600)
    fault.survived("another one runs it when the lease has ended; the first one writes nothing")
  }

  @Test
  func `hosts with another tenant file are named, until they have the same or are not heard of`()
    async throws
  {
    func others(_ host: Int, _ file: String) async throws -> [String] {
      switch try await hosts.turn(host, file: file) {
      case .notDue(_, let times?), .due(_, let times?): times.otherFiles
      default: ["?"]
      }
    }
    try await run(.complete, file: "a")
    let host = LeaseHolder.current.host
    #expect(try await others(0, "a") == [])
    #expect(try await others(1, "b") == ["\(host):/host-0/acme.yaml"])
    #expect(try await others(0, "a") == ["\(host):/host-1/acme.yaml"])
    #expect(try await others(1, "a") == [])
    #expect(try await others(0, "a") == [])
    #expect(try await others(1, "c") == ["\(host):/host-0/acme.yaml"])
    try await hosts.pools[0].append(tenant: hosts.tenant) {
      try $0.execute("UPDATE tenant_files SET seen = seen - interval '36 minutes'")
    }
    #expect(try await others(0, "a") == [])
  }

  @Test func `of the hosts one tells of trouble, and one that it is over`() async throws {
    func told(_ host: Int, _ trouble: String?) async throws -> Bool {
      try await hosts.pools[host].append(tenant: hosts.tenant) { try TurnRow.noteTold(trouble, $0) }
    }
    #expect(try await !told(0, nil))
    #expect(
      try await [told(0, "failed"), told(1, "failed"), told(1, "stale")] == [true, false, true])
    guard case .due(let lease as Lease, let times) = try await hosts.turn() else {
      throw CommandFailed(description: "no run is due")
    }
    #expect(times?.isTold == true)
    await lease.release()
    #expect(try await [told(0, "stale"), told(1, nil), told(0, nil)] == [false, true, false])
    #expect(try await told(0, "failed"))
  }
}
