import Foundation
import Harness
import Testing

@Suite("tenantd among clients and directories that do not behave", .timeLimit(.minutes(30)))
struct ServiceFaultTests {
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl.withExamples()
    try tenantctl.shortenIntervals()
  }

  private func page(_ port: Int, from address: String) async throws -> Int {
    try await PageVisitor(
      tenantctl, "http://127.0.0.1:\(port)", options: ["--interface", address]
    ).get("/sign-in").status
  }

  @Test("runs are made while there are more idle connections than descriptors")
  func idleConnections() async throws {
    let fault = Fault(.service, "1,260 idle connections under a limit of 1,024 descriptors")
    let service = try await RunTenantd(
      tenantctl, "--listen", "127.0.0.1:0", before: "ulimit -n 1024")
    let port = try await service.pagesPort()
    let clients = try await RoughClients(idle: 1260, networks: 126, port: port, tenantctl)
    for tenant in ["acme", "globex"] { try await service.waitForRuns(tenant, more: 2) }
    #expect(try await service.page("/readyz").0 == 200)
    try await clients.stop()
    #expect(try await page(port, from: "127.0.0.9") == 200)
    let answer = try await service.stop()
    try #require(answer.code == 0)
    #expect(!answer.errors.contains("Too many open files"))
    #expect(!answer.errors.contains("\"failed\""))
    fault.survived("every run is complete, /readyz says 200, pages answer once there is room")
  }

  @Test("a soft limit of descriptors is raised to the hard one")
  func softLimit() async throws {
    let fault = Fault(.machine, "a soft limit of 64 descriptors")
    let service = try await RunTenantd(
      tenantctl, "--listen", "127.0.0.1:0", before: "ulimit -S -n 64")
    let limits = try String(contentsOfFile: "/proc/\(service.started.id)/limits", encoding: .utf8)
    let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
    let numbers = line.matches(of: /[0-9]+/).map { $0.0 }
    try #require(numbers.count == 2 && numbers[0] == numbers[1])
    try await service.waitForRuns("acme")
    #expect(try await service.stop().code == 0)
    fault.survived("raised to the hard limit")
  }

  @Test(
    "one client's connections keep nobody else out, and a trusted proxy has no bound of its own")
  func oneClient() async throws {
    let fault = Fault(.attack, "300 connections from one address, straight and as a proxy")
    for options in [[], ["--trusted-proxy", "127.1.0.1"]] {
      let service = try await RunTenantd(
        tenantctl, words: ["--listen", "127.0.0.1:0"] + options, before: "ulimit -n 2512")
      let port = try await service.pagesPort()
      let clients = try await RoughClients(idle: 300, networks: 1, port: port, tenantctl)
      #expect(try await page(port, from: "127.0.0.9") == 200)
      let refused = "connections of a client are refused"
      if options.isEmpty { try await service.waitForLog(refused) }
      try await clients.stop()
      let answer = try await service.stop()
      try #require(answer.code == 0 && answer.errors.contains(refused) == options.isEmpty)
    }
    fault.survived("the rest are refused, others are answered; all of a trusted proxy are taken")
  }

  @Test("as many directories as there are jobs are silent: every other tenant has its turn")
  func silentDirectories() async throws {
    let fault = Fault(.service, "two silent directories with --jobs 2")
    let servers = [try #require(SilentServer()), try #require(SilentServer())]
    for (number, server) in servers.enumerated() {
      try tenantctl.addSlowTenant("slow\(number)", port: server.port)
    }
    let service = try await RunTenantd(tenantctl, "--jobs", "2")
    for server in servers { try await server.waitForConnection() }
    try await wait("both to be seen waiting") {
      let waiting = try await service.page("/readyz").1.ranges(of: "\"waiting\":true").count
      return waiting == 2 ? true : nil
    }
    for tenant in ["acme", "globex"] { try await service.waitForRuns(tenant, more: 2) }
    #expect(try await service.page("/readyz").0 == 200)
    #expect(try await service.metric("tenantctl_waiting{tenant=\"slow0\"}") == 1)
    try #require(try await service.stop().code == 0)
    fault.survived("the others run at their interval, /readyz names the two as waiting")
  }

  @Test(
    "clients that read nothing take the places of their own tenant, and SIGTERM does not wait for them"
  )
  func stalledDownloads() async throws {
    let fault = Fault(.service, "nine downloads of one tenant that nobody reads, then SIGTERM")
    let big = try await FaultTests.big(30_000)
    try big.addTenant("small", ldif: LDIF.person("bob", number: 1))
    for tenant in ["big", "small"] { try await big.done("sync", tenant) }
    func request(_ tenant: String) async throws -> String {
      let token = try await big.done("access", "token", tenant, "test").split(separator: "\n")[0]
      return "GET /api/v1/tenants/\(tenant)/export?format=ndjson HTTP/1.1\r\nHost: x\r\n"
        + "Authorization: Bearer \(token)\r\n\r\n"
    }
    let requests = [String](repeating: try await request("big"), count: 9)
    let service = try await RunTenantd(big, "--listen", "127.0.0.1:0")
    let port = try await service.pagesPort()
    let clients = try await RoughClients(
      sending: requests + [try await request("small")], readsStatus: true, port: port, big)
    let statuses = try clients.statuses()
    try #require(statuses.last == 200, "another tenant's: \(statuses)")
    if TestEngine.current == .postgresql {
      // Each has a connection of its own, of which a tenant has half; the others wait a while for one that is given up.
      let served = statuses.dropLast().count { $0 == 200 }
      try #require((4...8).contains(served), "\(statuses)")
    } else {
      try #require(statuses == [Int](repeating: 200, count: 8) + [503, 200], "\(statuses)")
    }
    try #require(try await service.stop().code == 0)
    try await clients.stop()
    fault.survived("some are served, the others are 503, another tenant's is served; exit 0")
  }

  @Test(
    "SIGTERM and SIGINT end the service in whatever state its clients are",
    arguments: [
      ("a head that does not end", "GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Slow:"),
      ("nothing at all", ""),
      (
        "a body that does not come",
        "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
          + "Content-Length: 1000\r\n\r\ncsrf="
      ),
      ("a connection that is kept", "GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n"),
    ], [SIGTERM, SIGINT])
  func signals(client: (what: String, bytes: String), signal: Int32) async throws {
    let fault = Fault(.service, "signal \(signal) while a client has sent \(client.what)")
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let clients = try await RoughClients(
      sending: [client.bytes], readsStatus: false, port: try await service.pagesPort(), tenantctl)
    service.signal(signal)
    let answer = try await service.started.answer()
    try #require(answer.code == 0, "\(answer)")
    #expect(answer.errors.contains("the schedule has stopped"))
    try await clients.stop()
    fault.survived("exit 0")
  }
}
