import Administration
import Dispatch
import Glibc
import Harness
import OperatingSystem
import Synchronization
import TenantCore
import Testing

@testable import TenantStore

@Suite("H3: the lease of a tenant, of hosts that share a PostgreSQL", .timeLimit(.minutes(5)))
struct LeaseTests {
  private let hosts: LeaseHosts

  init() throws { hosts = try LeaseHosts() }

  @Test
  func `whoever comes second is told who runs, since when, and gets it when it is given back`()
    async throws
  {
    let lease = try await hosts.take()
    for _ in 0..<2 {
      let error = await #expect(throws: StoreError.self) { _ = try await hosts.take("bob") }
      #expect(error?.code == .alreadyRunning)
      #expect(
        error?.message.contains(
          "another run for tenant '\(hosts.tenant)' is under way (started by alice at 20") == true)
      #expect(error?.message.contains(", process \(getpid()) on ") == true)
    }
    #expect(try await hosts.runner()?.actor == "alice")
    await lease.release()
    #expect(!lease.isHeld)
    #expect(try await hosts.runner() == nil)
    await lease.release()
    let other = try await hosts.take("bob")
    await lease.release()
    #expect(try await hosts.runner()?.actor == "bob")
    await other.release()
  }

  @Test func `of many who ask at once one gets it`() async throws {
    let count = Mutex(0)
    try await withThrowingTaskGroup(of: Lease?.self) { group in
      for _ in 0..<12 { group.addTask { try? await hosts.take() } }
      for try await lease in group where lease != nil { count.withLock { $0 += 1 } }
    }
    #expect(count.withLock(\.self) == 1)
  }

  @Test func `it is renewed for as long as it is held`() async throws {
    let lease = try await hosts.take(for: .seconds(9))
    // The second time it is renewed 6 s after it was taken, or later on a busy machine.
    try await wait("two renewals") {
      try await hosts.number("SELECT (expires - since > interval '14 seconds')::int FROM leases")
        == 1
        ? true : nil
    }
    await #expect(throws: StoreError.self) { _ = try await hosts.take("bob") }
    await lease.release()
  }

  @Test func `a host that is paused for too long writes nothing, and is told so`() async throws {
    let fault = Fault(.service, "a host that is paused beyond its lease while it runs a tenant")
    let paused = try await hosts.takeAndPause()
    await #expect(throws: StoreError.self) { _ = try await hosts.take("bob") }
    try await hosts.outliveLeases()
    let other = try await hosts.take("bob")
    let error = await #expect(throws: StoreError.self) {
      try await hosts.write("INSERT INTO adjustments (state, row_count) VALUES ('x', 1)", paused)
    }
    #expect(error?.code == .alreadyRunning)
    #expect(error?.message.contains("nothing was written") == true)
    #expect(try await hosts.number("SELECT count(*) FROM adjustments") == 0)
    // Neither does it renew or give back what is another one's.
    #expect(try hosts.pools[0].renew(paused, tenant: hosts.tenant, duration: .seconds(60)) == .lost)
    try await hosts.release(paused)
    #expect(try await hosts.runner()?.actor == "bob")
    try await hosts.write(
      "INSERT INTO adjustments (state, row_count) VALUES ('x', 1)", other.token)
    #expect(try await hosts.number("SELECT count(*) FROM adjustments") == 1)
    await other.release()
    fault.survived("it writes nothing and says so; another host has run the tenant")
  }

  @Test func `a lease that nobody took meanwhile is still its holder's, however late`() async throws
  {
    let paused = try await hosts.takeAndPause()
    try await hosts.outliveLeases()
    try await hosts.write("INSERT INTO adjustments (state, row_count) VALUES ('x', 1)", paused)
    #expect(
      try hosts.pools[0].renew(paused, tenant: hosts.tenant, duration: .seconds(60)) == .renewed)
    await #expect(throws: StoreError.self) { _ = try await hosts.take("bob") }
  }

  @Test func `nobody waits for a process of this machine that has ended`() async throws {
    let fault = Fault(.service, "a process that is killed while it holds a lease, on one machine")
    let words = LeaseHolder.current.text.split(separator: " ")
    let ended = try #require(LeaseHolder("\(words[0]) \(words[1]) \(words[2]) 1"))
    let elsewhere = try #require(LeaseHolder("\(words[0]) \(words[1]) elsewhere 1"))
    #expect(ended.hasEnded && !elsewhere.hasEnded && !LeaseHolder.current.hasEnded)
    #expect(LeaseHolder("nonsense") == nil)
    _ = try await hosts.takeAndPause(as: elsewhere)
    await #expect(throws: StoreError.self) { _ = try await hosts.take("bob") }
    try await hosts.outliveLeases()
    _ = try await hosts.takeAndPause(as: ended)
    let lease = try await hosts.take("bob")
    #expect(try await hosts.runner()?.actor == "bob")
    await lease.release()
    fault.survived("the next one takes it at once")
  }

  @Test func `while its holder writes, it is neither renewed nor taken, and nobody waits`()
    async throws
  {
    let lease = try await hosts.take()
    let (tenant, pools) = (hosts.tenant, hosts.pools)
    let answers = try await pools[0].write(tenant: tenant, lease: lease.token) { _ in
      let state = try pools[1].renew(lease.token, tenant: tenant, duration: .seconds(60))
      let turn = try OwnThread.wait(Cancellation()) {
        try await Lease.takeTurn(
          LeaseRequest(tenant: tenant, actor: "bob"),
          TurnRequest(
            file: UsedTenantFile(digest: "f", path: "/f"), interval: .seconds(9)),
          in: pools[1])
      }
      guard case .taken(let failure, _) = turn else { return [String]() }
      return ["\(state)", failure.message]
    }
    #expect(answers.first == "locked")
    #expect(answers.last?.contains("started by alice") == true)
    await lease.release()
  }

  /// Begins to send what is written under a lease, and sends no more until it is over.
  private func beginStream(_ token: LeaseToken, _ gate: StreamGate) async throws {
    try await hosts.pools[0].write(tenant: hosts.tenant, lease: token) { database in
      database.streamWrites()
      let writer = try database.rowWriter(
        .insert(into: "adjustments", [("state", .text), ("row_count", .integer)]))
      for number in 0..<20_000 {
        try writer.run(
          RowImage(.text("\(number)" + String(repeating: ".", count: 50)), .integer(1)))
      }
      gate.hasBegun.signal()
      gate.isOver.wait()
    }
  }

  private final class StreamGate: Sendable {
    let hasBegun = DispatchSemaphore(value: 0)
    let isOver = DispatchSemaphore(value: 0)
  }

  @Test
  func
    `a host that is paused in the middle of what it sends keeps the tenant no longer than its lease`()
    async throws
  {
    let fault = Fault(.service, "a host that is paused while it sends what a run writes")
    let token = try await hosts.takeAndPause(for: .milliseconds(100))
    let gate = StreamGate()
    let writer = Task { try await beginStream(token, gate) }
    try await OwnThread.run { _ in gate.hasBegun.wait() }
    let lease = try await hosts.take("bob")
    gate.isOver.signal()
    let error = await #expect(throws: StoreError.self) { try await writer.value }
    #expect("\(try #require(error))".contains("nothing was changed"))
    #expect(try await hosts.number("SELECT count(*) FROM adjustments") == 0)
    await lease.release()
    fault.survived("the next host runs the tenant; the paused one has written nothing, and says so")
  }

  @Test func `a host that sends for longer than its lease lasts, and lives, keeps the tenant`()
    async throws
  {
    let lease = try await hosts.take(for: .milliseconds(900))
    let gate = StreamGate()
    let writer = Task { try await beginStream(lease.token, gate) }
    try await OwnThread.run { _ in gate.hasBegun.wait() }
    // It waits for ten seconds, and the lease would be over for nine of them.
    await #expect(throws: StoreError.self) { _ = try await hosts.take("bob") }
    gate.isOver.signal()
    try await writer.value
    #expect(try await hosts.number("SELECT count(*) FROM adjustments") == 20_000)
    await lease.release()
  }

  @Test func `whoever gives it back wakes those who listen, with the tenant's name alone`()
    async throws
  {
    let news = PostgresNews(hosts.pools[1]).changedTenants()
    let (tenant, hosts) = (hosts.tenant, hosts)
    // Whoever listens may have begun after the first ones.
    let giver = Task {
      while !Task.isCancelled { try await hosts.take().release() }
    }
    for await name in news where name == tenant { break }
    giver.cancel()
    _ = try? await giver.value
  }

  @Test(
    "H9: a host that is at work when a later schema comes which it cannot live with reads and writes no more, and says so"
  )
  func laterSchema() async throws {
    let hosts = try LeaseHosts()
    let lease = try await hosts.take()
    func step(_ name: String, isAdditive: Bool) throws {
      try hosts.asOwner(
        "INSERT INTO tenantctl.migrations (step, is_additive) VALUES ('\(name)', \(isAdditive))")
    }
    try step("98 later", isAdditive: true)
    try await hosts.write("DELETE FROM adjustments", lease.token)
    try step("99 binding", isAdditive: false)
    for _ in 0..<2 {
      let write = await #expect(throws: StoreError.self) {
        try await hosts.write("DELETE FROM adjustments", lease.token)
      }
      let read = await #expect(throws: StoreError.self) { try await hosts.number("SELECT 1") }
      for error in [write, read] {
        #expect(
          "\(try #require(error))".contains("newer version of tenantctl (it has '99 binding')"))
      }
    }
  }

  @Test func `cancelled while it holds a lease, a task gives it back all the same`() async throws {
    let hosts = hosts
    let task = Task {
      let lease = try await hosts.take()
      withUnsafeCurrentTask { $0?.cancel() }
      await lease.release()
    }
    try await task.value
    try await hosts.take("bob").release()
  }
}
