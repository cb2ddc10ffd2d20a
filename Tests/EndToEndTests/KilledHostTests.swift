import Foundation
import Harness
import Synchronization
import Testing

/// One of two hosts is killed in each phase of a run. What a phase is, the traffic with the database shows; nothing is
/// guessed by time.
@Suite("H3, H4, T4: a host killed with -9 in each phase of a run", .timeLimit(.minutes(60)))
struct KilledHostTests {
  private static let people = 40

  @Test(
    "killed at a statement of a run: the other host makes it, no run is there twice or half, the tenant is fresh"
  )
  func statements() async throws {
    let gate = try PostgresGate(PostgresCluster())
    let group = try HostGroup { host, database in
      try host == 0 ? PostgresCluster().url(of: database, socket: gate.socket) : nil
    }
    for (number, instant) in try await instants(group, gate).chosen.enumerated() {
      try await kill(at: instant, number: number + 1, group, gate)
    }
  }

  /// What is said in a run.
  private func instants(_ group: HostGroup, _ gate: PostgresGate) async throws -> RunInstants {
    try await addTenant(0, group)
    gate.arm()
    let first = try await RunTenantd(group.hosts[0])
    try await wait("the end of a run") {
      gate.statements.contains { $0.text.contains(RunInstants.release) } ? true : nil
    }
    #expect(try await first.stop().code == 0)
    return try #require(RunInstants(gate.statements), "these are not a run's statements")
  }

  /// Adds a tenant that is due, in place of the one before.
  private func addTenant(_ number: Int, _ group: HostGroup) async throws {
    for host in group.hosts where number > 0 {
      try FileManager.default.removeItem(
        atPath: host.folder.path("tenants/t\(number - 1).yaml"))
    }
    try await group.addTenant("t\(number)", people: Self.people, interval: "30s")
    try group.writeDirectory(of: "t\(number)", people: Self.people, round: 0)
  }

  private func kill(
    at instant: RunInstants.Instant, number: Int, _ group: HostGroup, _ gate: PostgresGate
  ) async throws {
    let name = "t\(number)"
    try await addTenant(number, group)
    gate.arm(instant.rule)
    let first = try await RunTenantd(group.hosts[0])
    _ = try await gate.stopped()
    let fault = Fault(.hosts, "kill -9 of one of two hosts \(instant.testDescription) of a run")
    first.signal(SIGKILL)
    _ = try await first.started.answer()
    gate.arm()
    let second = try await RunTenantd(group.hosts[1])
    try await wait("a run after \(instant.testDescription)") {
      let isSeen = try await second.page("/readyz").1.contains("\"lastSuccess\":\"20")
      return try isSeen && group.completeRuns(of: name) > 0 ? true : nil
    }
    #expect(try await second.stop().code == 0)
    #expect(try group.completeRuns(of: name) == 1, "\(instant.testDescription)")
    let state = try group.state(of: name, round: 0)
    #expect(state == HostGroup.whole(people: Self.people), "\(instant.testDescription)")
    #expect(try group.problems(of: name, interval: 0) == "", "\(instant.testDescription)")
    let isApplied = instant.phase == "after commit"
    fault.survived(
      isApplied
        ? "the run stands, and is made by nobody else"
        : "nothing of it is there; the other host makes it")
  }

  @Test("killed while it reads the directory: the other host makes the run")
  func directory() async throws {
    let isRead = Mutex(false)
    let server = try LDAPScriptedServer(
      LDAPScriptedServer.Play { request in
        // The second page never comes.
        guard request.cookie.isEmpty else {
          isRead.withLock { $0 = true }
          return [.silence]
        }
        return FaultDirectory.page(request)
      })
    let group = try HostGroup()
    try await group.addTenant("acme", people: FaultDirectory.users.count + 1, interval: "30s")
    for host in group.hosts {
      try host.addSlowTenant("acme", port: UInt16(server.port))
      try host.addTenantFile(
        "acme",
        host.read("tenants/acme.yaml").replacing("SLOW", with: "ACME")
          .replacing("DC=slow", with: "DC=acme").replacing("interval: 1s", with: "interval: 30s"))
    }
    let fault = Fault(.hosts, "kill -9 of one of two hosts reading the directory, after page 1")
    let first = try await RunTenantd(group.hosts[0])
    try await wait("the first page") { isRead.withLock(\.self) ? true : nil }
    try await group.waitForRun(of: "acme", by: first.started.id)
    first.signal(SIGKILL)
    _ = try await first.started.answer()
    server.play(FaultDirectory.well)
    let second = try await RunTenantd(group.hosts[1])
    try await second.waitForRuns("acme")
    #expect(try await second.stop().code == 0)
    #expect(try group.completeRuns(of: "acme") == 1)
    #expect(
      try group.sql("SELECT count(*) FROM link_rows", tenant: "acme")
        == "\(FaultDirectory.users.count)")
    #expect(try group.problems(of: "acme", interval: 0) == "")
    fault.survived("nothing of it is there; the other host makes the run")
  }

  /// The hosts that die are in process namespaces of their own, so that only the lease says that they are gone.
  @Test(
    "three hosts: two are killed, one in the middle of writing and one at commit; the third goes on, and has their tenants when the leases end"
  )
  func three() async throws {
    let gates = try (0..<2).map { _ in try PostgresGate(PostgresCluster()) }
    let group = try HostGroup(count: 3) { host, database in
      try host < 2 ? PostgresCluster().url(of: database, socket: gates[host].socket) : nil
    }
    let names = ["t0", "t1", "t2"]
    for name in names {
      try await group.addTenant(name, people: Self.people, interval: "5s")
    }
    let fault = Fault(
      .hosts, "kill -9 of two of three hosts, writing the transaction and at commit")
    gates[0].arm(RunInstants.writing(3))
    gates[1].arm(RunInstants.writing(nil))
    var dying: [RunTenantd] = []
    for host in 0..<2 {
      dying.append(
        try await RunTenantd(group.hosts[host], "--jobs", "1", through: Namespaces.elsewhere))
      _ = try await gates[host].stopped()
    }
    let orphans = try names.filter {
      try group.sql("SELECT 1 FROM leases WHERE token IS NOT NULL", tenant: $0) == "1"
    }
    try #require(orphans.count == 2, "\(orphans)")
    let own = try #require(names.first { !orphans.contains($0) })
    let third = try await RunTenantd(group.hosts[2])
    try await third.waitForRuns(own)
    for host in dying {
      host.signal(SIGKILL)
      _ = try await host.started.answer()
    }
    var ends: [String: String] = [:]
    for name in orphans { ends[name] = try group.sql("SELECT expires FROM leases", tenant: name) }
    try await wait("runs of all tenants") {
      try names.allSatisfy { try group.completeRuns(of: $0) >= 2 } ? true : nil
    }
    #expect(try await third.stop().code == 0)
    for name in names {
      #expect(try group.problems(of: name, interval: 5) == "")
      #expect(
        try group.sql("SELECT count(*) FROM link_rows", tenant: name) == "\(Self.people)")
    }
    for (name, end) in ends {
      // Times of runs are whole seconds; a busy machine is late, not half a minute.
      let isInTime = try group.sql(
        """
        SELECT min(started_at)::timestamptz BETWEEN '\(end)'::timestamptz - interval '1 second'
          AND '\(end)'::timestamptz + interval '30 seconds' FROM runs WHERE outcome = 'complete'
        """, tenant: name)
      #expect(isInTime == "t", "\(name): the lease ended at \(end)")
    }
    #expect(try group.completeRuns(of: own) > 2, "it ran all along")
    fault.survived("the third runs its own tenant all along, and theirs once the leases have ended")
  }
}
