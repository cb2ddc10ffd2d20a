import Foundation
import Harness
import Testing

/// A database that goes away while the service is at work, and comes back (H7).
@Suite("A lost database", .timeLimit(.minutes(20)))
struct LostDatabaseTests {
  private static let password = "correct horse battery"
  private static let page = "/tenants/acme/active-directory-sync"

  private let database: OwnCluster
  private let tenantctl: RunTenantctl
  private var cluster: PostgresCluster { database.cluster }

  init() async throws {
    database = try await OwnCluster()
    let cluster = database.cluster
    tenantctl = try RunTenantctl(store: cluster.url(of: cluster.database()))
    try tenantctl.addExamples()
    try tenantctl.folder.write(Self.password + "\n", to: "password")
    let answer = try await tenantctl.shell(
      "\"$0\" access add acme maria < '\(tenantctl.folder.path("password"))'")
    try #require(answer.code == 0, "\(answer.errors)")
    try await tenantctl.done(
      "users", "import", "acme",
      RunTenantctl.repository.appending(path: "tenants/users/acme-users.csv").path)
    try await tenantctl.done("sync", "acme")
  }

  private func token() async throws -> String {
    let said = try await tenantctl.done("access", "token", "acme", "robot")
    return try #require(said.firstMatch(of: /tct_[A-Za-z0-9_-]{43}/).map { String($0.0) })
  }

  /// What is said while the database is away: 503, in words, and when to try again.
  private func isSaid(
    _ answer: PageVisitor.Answer, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.status == 503, "\(what): \(answer.body)", sourceLocation: sourceLocation)
    #expect(answer.all("retry-after").count == 1, "\(what)", sourceLocation: sourceLocation)
    #expect(
      answer.body.contains("cannot reach its database"), "\(what): \(answer.body)",
      sourceLocation: sourceLocation)
    #expect(!answer.body.contains("postgresql://"), "\(what)", sourceLocation: sourceLocation)
  }

  /// The page, once there is one.
  private func answer(_ visitor: PageVisitor) async throws -> PageVisitor.Answer {
    try await wait("the page") {
      let answer = try await visitor.get(Self.page)
      return answer.status == 503 ? nil : answer
    }
  }

  @Test(
    "H7: pages, API and sign-in answer 503 with words; nobody is signed out; all goes on by itself",
    arguments: ["stop", "kill"])
  func lost(how: String) async throws {
    let bearer = ["--header", "Authorization: Bearer \(try await token())"]
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let base = "http://127.0.0.1:\(try await service.pagesPort())"
    let (maria, eva) = (PageVisitor(tenantctl, base), PageVisitor(tenantctl, base))
    let robot = PageVisitor(tenantctl, base)
    #expect(try await maria.signIn("acme", "maria", Self.password).status == 303)
    let page = try await maria.get(Self.page)
    #expect(page.status == 200)
    let form = ["csrf": try #require(page.formToken)]
    let signIn = try await eva.get("/sign-in")
    #expect(try await service.page("/readyz").1.contains("\"database\":\"reachable\""))

    for _ in 0..<2 {
      try cluster.control(how)
      isSaid(try await maria.get(Self.page), "a page")
      isSaid(try await maria.get("/"), "the first page")
      isSaid(try await maria.get("/tenants"), "the overview")
      isSaid(try await maria.get("\(Self.page)/export.csv"), "a download")
      isSaid(try await maria.post("/tenants/acme/sync", form), "a form")
      isSaid(try await maria.post("/sign-out", form), "a sign-out")
      let words = ["csrf": signIn.formToken ?? "", "tenant": "acme", "login": "maria"]
      for password in [Self.password, "wrong"] {
        isSaid(
          try await eva.post("/sign-in", words.merging(["password": password]) { $1 }),
          "a sign-in")
      }
      for path in ["", "/acme/review", "/acme/runs/preview"] {
        isSaid(try await robot.get("/api/v1/tenants\(path)", options: bearer), "the API: \(path)")
      }
      #expect(try await maria.get("/assets/app.css").status != 503)
      let (status, ready) = try await service.page("/readyz")
      #expect(status == 503 && ready.contains("\"database\":\"unreachable\""), "\(ready)")
      #expect(try await service.page("/healthz").0 == 200)

      try cluster.control("start")
      let back = try await answer(maria)
      #expect(back.formToken == form["csrf"], "still signed in")
      #expect(try await robot.get("/api/v1/tenants/acme/review", options: bearer).status == 200)
      #expect(try await service.page("/readyz").1.contains("\"database\":\"reachable\""))
    }
    // Attempts that could not be looked at were none.
    #expect(try await eva.signIn("acme", "maria", Self.password).status == 303)
    let before = try await service.completeRuns("acme")
    #expect(try await maria.post("/tenants/acme/sync", form).status == 303)
    try await wait("a run") { try await service.completeRuns("acme") > before ? true : nil }
    let log = try service.started.log()
    #expect(!log.contains(Self.password) && !log.contains("Fatal error"))
    #expect(try await service.stop().code == 0)
  }

  @Test("H7: a service that begins without its database serves once there is one")
  func begun() async throws {
    try cluster.control("stop")
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let maria = PageVisitor(tenantctl, "http://127.0.0.1:\(try await service.pagesPort())")
    isSaid(try await maria.get("/sign-in"), "the sign-in")
    #expect(try await service.page("/readyz").0 == 503)
    try cluster.control("start")
    try await wait("the sign-in") {
      try await maria.get("/sign-in").status == 200 ? true : nil
    }
    #expect(try await maria.signIn("acme", "maria", Self.password).status == 303)
    #expect(try await maria.get(Self.page).status == 200)
    #expect(try await service.stop().code == 0)
  }
}
