import Foundation
import Harness
import Testing

@Suite("tenantd, as an operator runs it")
struct ServiceTests {
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl()
    try tenantctl.addExamples()
    for name in ["acme", "globex"] { try shorten(name) }
  }

  /// Lets a tenant run every second.
  private func shorten(_ name: String) throws {
    let text = try tenantctl.read("tenants/\(name).yaml")
    try tenantctl.addTenantFile(name, text + "\nsynchronization:\n  interval: 1s\n")
  }

  @Test("it keeps the tenants fresh, shows it to monitoring, and ends with 0 and no lock")
  func fresh() async throws {
    let service = try await RunTenantd(tenantctl)
    for tenant in ["acme", "globex"] { try await service.waitForRuns(tenant, more: 2) }
    #expect(try await service.page("/healthz") == (200, "ok\n"))
    let (status, body) = try await service.page("/readyz")
    #expect(status == 200 && body.contains("\"ready\":true"))
    #expect(body.contains("\"tenant\":\"acme\""))
    #expect(
      try await service.metric(
        "tenantctl_snapshot_rows{tenant=\"globex\",status=\"Matched\"}") == 12)
    #expect(try await service.page("/").0 == 404)
    #expect(try await service.page("/metrics", method: "POST").0 == 405)
    #expect(try await service.stop().code == 0)
    // The lock is free: somebody else may run.
    #expect(try await tenantctl("sync", "acme", "globex").code == 0)
    #expect(try await tenantctl.review("globex").users.count == 17)
  }

  @Test("SIGHUP: a new tenant is taken, a broken file keeps its last good version, a gone one ends")
  func reload() async throws {
    let service = try await RunTenantd(tenantctl)
    try await service.waitForRuns("acme")
    try tenantctl.addTenant(
      "new", ldif: LDIF.person("bob", number: 1), extra: "synchronization: { interval: 1s }\n")
    try tenantctl.addTenantFile("acme", tenantctl.read("tenants/acme.yaml") + "\nnonsense: true\n")
    try FileManager.default.removeItem(atPath: tenantctl.folder.path("tenants/globex.yaml"))
    service.signal(SIGHUP)
    try await service.waitForRuns("new", more: 2)
    try await service.waitForRuns("acme", more: 2)
    #expect(try await service.metric("tenantctl_tenant_file_broken{tenant=\"acme\"}") == 1)
    #expect(try await service.metric("tenantctl_tenant_file_broken{tenant=\"globex\"}") == nil)
    let (status, body) = try await service.page("/readyz")
    #expect(status == 200 && body.contains("\"brokenFiles\":[\"acme\"]"))
    #expect(!body.contains("globex"))
    try tenantctl.addExamples()
    service.signal(SIGHUP)
    try await wait("the mended file") {
      try await service.metric("tenantctl_tenant_file_broken{tenant=\"acme\"}") == 0 ? true : nil
    }
    let answer = try await service.stop()
    #expect(answer.code == 0)
    #expect(answer.errors.contains("unknown key 'nonsense'"))
  }

  @Test("T1: two services on one state folder never run a tenant at once")
  func two() async throws {
    let first = try await RunTenantd(tenantctl)
    let second = try await RunTenantd(tenantctl)
    try await wait("runs of both") {
      let runs = try await [first.completeRuns("acme"), second.completeRuns("acme")]
      return runs.reduce(0, +) >= 6 ? true : nil
    }
    let answers = try await [first.stop(), second.stop()]
    #expect(answers.map(\.code) == [0, 0])
    let runs = try await runs(of: "acme")
    #expect(runs.allSatisfy { $0.outcome == "complete" })
    for (later, earlier) in zip(runs, runs.dropFirst()) {
      #expect(later.startedAt >= earlier.completedAt)
    }
  }

  @Test("A6: a tenant without a role for the service's user is left out, said and audited once")
  func withoutRole() async throws {
    try tenantctl.addTenantFile(
      "other",
      """
      version: 1
      tenant: other
      access:
        roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
        assignments: [{ osUser: nobody-of-that-name, roles: [admin] }]
      """)
    let service = try await RunTenantd(tenantctl)
    try await service.waitForRuns("acme")
    service.signal(SIGHUP)
    try await wait("the second reading") {
      try service.started.log().ranges(of: "the tenant files were read").count == 2 ? true : nil
    }
    try await service.waitForRuns("acme")
    #expect(!(try await service.page("/metrics").1.contains("other")))
    let answer = try await service.stop()
    #expect(answer.errors.ranges(of: "the tenant is left out").count == 1)
    let audit = try tenantctl.read("state/audit.log").split(separator: "\n")
    #expect(audit.count == 1 && audit[0].contains("\"schedule\""))
    #expect(!(try tenantctl.folder.entries("state/tenants").contains { $0.hasPrefix("other") }))
  }

  @Test("SIGTERM abandons a run that reads; it is recorded, and the service ends with 0")
  func abandoned() async throws {
    let server = try #require(SilentServer())
    try addSlowTenant(port: server.port)
    let service = try await RunTenantd(tenantctl)
    try await server.waitForConnection()
    #expect(try await service.stop().code == 0)
    let last = try #require(try await runs(of: "slow").first)
    #expect(last.outcome == "failed" && last.message == "interrupted")
  }

  @Test("trouble and its end are told to a program, each once")
  func notified() async throws {
    try tenantctl.folder.write(
      "#!/bin/sh\ncat >> \(tenantctl.folder.path("told"))\n", to: "notify")
    try tenantctl.setMode(0o700, of: "notify")
    let good = try tenantctl.read("tenants/directory/globex.ldif")
    try tenantctl.folder.write("no LDIF", to: "tenants/directory/globex.ldif")
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
    let lines = try tenantctl.read("told").split(separator: "\n").filter {
      !$0.contains("\"stale\"")
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
    try tenantctl.folder.write("no LDIF", to: "tenants/directory/globex.ldif")
    let service = try await RunTenantd(
      tenantctl, "--notify-command", tenantctl.folder.path("notify"))
    try await wait("the notification") { (try? tenantctl.read("begun")).map { _ in true } }
    service.signal(SIGTERM)
    try await service.waitForLog("the schedule has stopped")
    service.signal(SIGTERM)
    #expect(try await service.started.answer().code == 130)
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
    let program = RunTenantctl.program.deletingLastPathComponent().appending(path: "tenantd")
    return try await tenantctl.start(words, program: program).answer()
  }

  private struct Run: Decodable {
    var outcome: String
    var startedAt: String
    var completedAt: String
    var message: String?
  }

  /// The runs of a tenant, the latest first.
  private func runs(of tenant: String) async throws -> [Run] {
    struct History: Decodable { var runs: [Run] }
    let text = try await tenantctl.done("history", tenant, "--output", "json")
    return try JSONDecoder().decode(History.self, from: Data(text.utf8)).runs
  }

  /// A tenant whose directory never answers.
  private func addSlowTenant(port: UInt16) throws {
    try tenantctl.folder.write("secret", to: "tenants/password")
    try tenantctl.addTenantFile(
      "slow",
      """
      version: 1
      tenant: slow
      directories:
        - domain: SLOW
          source: ldap
          hosts: [127.0.0.1]
          port: \(port)
          security: plaintext
          bind: { method: simple, user: reader, password: { file: password } }
          rootDN: DC=slow,DC=example
          timeout: 5m
      synchronization: { interval: 1s }
      access:
        roles:
          admin: [Administer Tenant, Administer Active Directory Authentication]
        assignments:
          - { fileOwner: true, roles: [admin] }
      """)
  }
}
