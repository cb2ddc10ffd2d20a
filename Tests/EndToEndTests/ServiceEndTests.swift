import Foundation
import Harness
import Synchronization
import Testing

@Suite("tenantd in trouble, and at its end", .timeLimit(.minutes(10)))
struct ServiceEndTests {
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl.withExamples()
    try tenantctl.shortenIntervals()
  }

  @Test("SIGTERM abandons a run that reads; it is recorded, and the service ends with 0")
  func abandoned() async throws {
    let server = try #require(SilentServer())
    try tenantctl.addSlowTenant("slow", port: server.port)
    let service = try await RunTenantd(tenantctl)
    try await server.waitForConnection()
    #expect(try await service.stop().code == 0)
    let last = try #require(try await tenantctl.runs(of: "slow").first)
    #expect(last.outcome == "failed" && last.message == "interrupted")
  }

  @Test("trouble and its end are told to a program, each once")
  func notified() async throws {
    try tenantctl.folder.write(
      "#!/bin/sh\ncat >> \(tenantctl.folder.path("told"))\n", to: "notify")
    try tenantctl.setMode(0o700, of: "notify")
    let good = try tenantctl.read("tenants/directory/globex.ldif")
    try tenantctl.folder.write("not an LDIF", to: "tenants/directory/globex.ldif")
    let service = try await RunTenantd(
      tenantctl, "--notify-command", tenantctl.folder.path("notify"), "--log-format", "json")
    let incomplete = "tenantctl_runs_total{tenant=\"globex\",outcome=\"incomplete\"}"
    try await wait("two failures") {
      try await service.metric(incomplete) ?? 0 >= 2 ? true : nil
    }
    #expect(try await service.metric("tenantctl_backoff_seconds{tenant=\"globex\"}") ?? 0 >= 2)
    try tenantctl.folder.write(good, to: "tenants/directory/globex.ldif")
    try await service.waitForRuns("globex")
    let answer = try await service.stop()
    #expect(answer.code == 0)
    // On a busy machine others go stale meanwhile, and recover.
    let lines = try tenantctl.read("told").split(separator: "\n").filter {
      $0.contains("\"globex\"") && !$0.contains("\"stale\"")
    }
    #expect(lines.count == 2)
    #expect(lines.first?.contains("\"event\":\"failed\"") == true)
    #expect(lines.first?.contains("globex.ldif:1") == true)
    #expect(lines.last?.contains("\"event\":\"recovered\"") == true)
    for line in answer.errors.split(separator: "\n") {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  }

  @Test("a second signal ends the service at once")
  func secondSignal() async throws {
    try tenantctl.folder.write(
      "#!/bin/sh\necho > \(tenantctl.folder.path("begun"))\nexec sleep 1000\n", to: "notify")
    try tenantctl.setMode(0o700, of: "notify")
    let service = try await RunTenantd(
      tenantctl, "--notify-command", tenantctl.folder.path("notify"))
    // On a thread of its own, which no other test can keep waiting: a notification hangs for 30
    // seconds at most, and the second signal has to come while it does.
    let isOver = Mutex(false)
    Thread { [tenantctl] in
      try? tenantctl.folder.write("not an LDIF", to: "tenants/directory/globex.ldif")
      while !isOver.withLock(\.self) {
        if (try? tenantctl.read("begun")) != nil { service.signal(SIGTERM) }
        usleep(50_000)
      }
    }.start()
    defer { isOver.withLock { $0 = true } }
    let answer = try await service.started.answer()
    #expect(answer.code == 130, "\(answer)")
  }

  @Test("an address that others could reach is a usage error, a missing folder a configuration's")
  func refusals() async throws {
    let address = try await tenantd("--address", "0.0.0.0:0")
    #expect(address.code == 64 && address.errors.contains("loopback"))
    let folder = try await tenantd("--address", "127.0.0.1:0", "--tenants", "no-such-folder")
    #expect(folder.code == 78 && folder.errors.contains("no-such-folder"))
  }

  @Test("an address that is taken ends the service with 70")
  func addressTaken() async throws {
    let server = try #require(SilentServer())
    let answer = try await tenantd("--address", "127.0.0.1:\(server.port)")
    #expect(answer.code == 70 && answer.errors.contains("the service ends"))
  }

  /// Runs a service that ends by itself.
  private func tenantd(_ words: String...) async throws -> RunTenantctl.Answer {
    try await tenantctl.start(words, program: RunTenantd.program).answer()
  }
}
