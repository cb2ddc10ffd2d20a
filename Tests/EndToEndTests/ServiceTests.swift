import Foundation
import Harness
import Testing

@Suite("tenantd, as an operator runs it", .timeLimit(.minutes(10)))
struct ServiceTests {
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl.withExamples()
    try tenantctl.shortenIntervals()
  }

  @Test("it keeps the tenants up to date, shows it to monitoring, and ends with 0 and no lock")
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

  @Test("a right token is never called wrong because the tenants are still being read")
  func beginning() async throws {
    for number in 0..<200 {
      try tenantctl.addTenant("t\(number)", ldif: LDIF.person("bob", number: 1))
    }
    try await tenantctl.done(
      "users", "import", "acme", tenantctl.folder.path("tenants/users/acme-users.csv"))
    let token = try await tenantctl.done("access", "token", "acme", "script")
    let bearer = "Authorization: Bearer \(token.split(separator: "\n").first ?? "")"
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let visitor = PageVisitor(tenantctl, "http://127.0.0.1:\(try await service.pagesPort())")
    let answer = try await visitor.get("/api/v1/tenants/acme/users", options: ["--header", bearer])
    #expect(answer.status == 200, "\(answer.body)")
    #expect(try await service.stop().code == 0)
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
    try await wait("the fixed file") {
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
    let runs = try await tenantctl.runs(of: "acme")
    // One that had only begun when its service was stopped is abandoned, and recorded so.
    #expect(runs.allSatisfy { $0.outcome == "complete" || $0.message == "interrupted" })
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
    let audit = try tenantctl.auditLines()
    #expect(audit.count == 1 && audit[0].contains("\"schedule\""))
    let stores = (try? tenantctl.folder.entries("state/tenants")) ?? []
    #expect(!stores.contains { $0.hasPrefix("other") })
  }
}
