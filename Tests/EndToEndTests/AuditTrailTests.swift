import Foundation
import Harness
import Testing

/// `history --output json`, as far as these tests read it.
private struct AuditDocument: Decodable {
  struct Event: Decodable {
    var actor: String
    var action: String
    var subject: String?
    var address: String?
  }
  struct Refusal: Decodable {
    var actor: String
    var action: String
    var login: String?
  }
  struct Change: Decodable {
    var kind: String
    var userName: String
    var run: Int?
  }
  struct Run: Decodable { var run: Int }
  var runs: [Run]
  var changes: [Change]
  var events: [Event]
  var refusals: [Refusal]
}

extension RunTenantctl {
  fileprivate func history(_ words: String...) async throws -> AuditDocument {
    let text = try await done(["history", "acme", "--output", "json"] + words)
    return try JSONDecoder().decode(AuditDocument.self, from: Data(text.utf8))
  }
}

@Suite("Who came, left, took data away, and who only tried (A2)", .timeLimit(.minutes(10)))
struct AuditTrailTests {
  private static let password = "correct horse battery"
  private let tenantctl: RunTenantctl

  init() async throws {
    tenantctl = try RunTenantctl.withExamples()
    try tenantctl.folder.write(Self.password + "\n", to: "password")
    let answer = try await tenantctl.shell(
      "\"$0\" access add acme maria < '\(tenantctl.folder.path("password"))'")
    try #require(answer.code == 0, "\(answer.errors)")
    let users = RunTenantctl.repository.appending(path: "tenants/users/acme-users.csv").path
    try await tenantctl.done("users", "import", "acme", users)
    try await tenantctl.done("sync", "acme")
  }

  @Test("sign-ins with the login as typed, sign-outs, exports, uses of a token, changes of access")
  func everyKind() async throws {
    let token = try await tenantctl.done("access", "token", "acme", "nightly")
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let base = "http://127.0.0.1:\(try await service.pagesPort())"
    let visitor = PageVisitor(tenantctl, base)
    let hostile = "mar\u{1B}[31mia\n" + String(repeating: "x", count: 500)
    #expect(try await visitor.signIn("acme", hostile, Self.password).status == 401)
    #expect(try await visitor.signIn("acme", "maria", "wrong password").status == 401)
    #expect(try await visitor.signIn("acme", "maria", Self.password).status == 303)
    #expect(
      try await visitor.get("/tenants/acme/active-directory-sync/export.csv").status == 200)
    #expect(try await visitor.get("/tenants/acme/history/changes.csv").status == 200)
    let page = try await visitor.get("/tenants/acme/history/events")
    #expect(page.status == 200 && page.body.contains("directory users as csv"))
    let refused = try await visitor.get("/tenants/acme/history/refusals")
    #expect(refused.body.contains("as <bdi>maria</bdi>") && !refused.body.contains("\u{1B}"))
    let bearer = ["--header", "Authorization: Bearer \(token.trimmingCharacters(in: .newlines))"]
    for _ in 1...3 {
      #expect(try await visitor.get("/api/v1/tenants/acme", options: bearer).status == 200)
    }
    let api = try await visitor.get("/api/v1/tenants/acme/events?actor=maria", options: bearer)
    #expect(api.status == 200 && api.body.contains("\"action\":\"sign-in\""))
    #expect(!api.body.contains("token use"))
    let out = try await visitor.post("/sign-out", ["csrf": page.formToken ?? ""])
    #expect(out.status == 303)
    #expect(try await service.stop().code == 0)
    try await tenantctl.done("export", "acme", "--output", tenantctl.folder.path("a.csv"))

    let history = try await tenantctl.history()
    #expect(
      history.events.map(\.action) == [
        "export", "sign-out", "token use", "export", "export", "sign-in", "access token",
        "access add",
      ])
    #expect(
      history.events.map(\.subject) == [
        "directory users as csv", nil, nil, "history: changes as csv", "directory users as csv",
        "maria", "nightly", "maria",
      ])
    #expect(history.events[2].actor == "token:nightly" && history.events[2].address == "127.0.0.1")
    #expect(history.events[5].actor == "local:maria" && history.events[5].address == "127.0.0.1")
    let logins = history.refusals.filter { $0.action == "sign-in" }.compactMap(\.login)
    #expect(logins.count == 2 && logins[0] == "maria")
    #expect(logins[1].hasPrefix("mar\\u{") && logins[1].contains("[31mia\\u{"), "\(logins)")
    #expect(logins[1].hasSuffix("x…") && logins[1].unicodeScalars.allSatisfy { $0.value >= 0x20 })
    #expect(logins[1].count < 200)
    let text = try await tenantctl.done("history", "acme")
    #expect(
      text.contains("Sign-ins and access\n") && text.contains("local:maria  sign-in: maria from"))
    let audit = try tenantctl.auditLines().joined(separator: "\n")
    #expect(!audit.contains(Self.password) && !audit.contains("wrong password"))
  }

  @Test(
    "V6: a signature whose line is missing in the audit is found, unless the audit begins later",
    .sqliteOnly("a file that can be cut"))
  func missingLine() async throws {
    try await tenantctl.done("reviews", "open", "acme")
    try await tenantctl.done(
      "reviews", "sign", "acme", "--statement", "seen", "--allow-undecided")
    let zip = tenantctl.folder.path("acme.zip")
    try await tenantctl.done("reviews", "evidence", "acme", "1", "--output", zip)
    let good = try await tenantctl.done("reviews", "verify", zip)
    #expect(good.contains("the audit has its digest"))
    let lines = try tenantctl.read("state/audit.log").split(separator: "\n")
    let others = lines.filter { !$0.contains("review-signed") }
    #expect(others.count == lines.count - 1)
    try tenantctl.folder.write(others.joined(separator: "\n") + "\n", to: "state/audit.log")
    let missing = try await tenantctl("reviews", "verify", zip)
    #expect(missing.code == 78, "\(missing.output)")
    #expect(
      missing.errors.contains("goes back to before review 1 was signed, and has no line of it"))
    // Moved away, as logrotate does.
    try FileManager.default.removeItem(atPath: tenantctl.folder.path("state/audit.log"))
    let rotated = try await tenantctl.done("reviews", "verify", zip)
    #expect(rotated.contains("the audit goes back less far"))
  }

  @Test(
    "history by kind, run, actor, day and login; what is no change is left out where it cannot fit")
  func filters() async throws {
    try await tenantctl.done("sync", "acme")
    let all = try await tenantctl.history()
    #expect(all.runs.map(\.run) == [2, 1] && all.changes.count > 3 && !all.events.isEmpty)
    let linked = try await tenantctl.history("--kind", "linked")
    #expect(!linked.changes.isEmpty && linked.changes.allSatisfy { $0.kind == "linked" })
    #expect(
      linked.changes.count < all.changes.count || all.changes.allSatisfy { $0.kind == "linked" })
    #expect(linked.runs.isEmpty && linked.events.isEmpty && linked.refusals.isEmpty)
    let first = try await tenantctl.history("--run", "1")
    #expect(first.runs.map(\.run) == [1] && first.changes.allSatisfy { $0.run == 1 })
    #expect(!first.changes.isEmpty)
    let user = try #require(linked.changes.first?.userName)
    try await tenantctl.done("unlink", "acme", "--user", user)
    let byHand = try await tenantctl.history("--kind", "unlinked", "--kind", "relinked")
    #expect(byHand.changes.map(\.userName) == [user])
    let me = try await tenantctl.history("--actor", "NOBODY")
    #expect(me.changes.isEmpty && me.runs.isEmpty && me.events.isEmpty)
    let today = try await tenantctl.history("--since", "2020-01-01", "--until", "2999-12-31")
    #expect(today.changes.count == all.changes.count + 1 && today.runs.count == 2)
    let past = try await tenantctl.history("--until", "2020-01-01")
    #expect(past.changes.isEmpty && past.runs.isEmpty && past.events.isEmpty)
    #expect(try await tenantctl.history("--since", "2999-01-01").changes.isEmpty)
    for words in [
      ["--kind", "nonsense"], ["--run", "0"], ["--since", "yesterday"],
      ["--since", "2026-02-01", "--until", "2026-01-01"],
    ] { #expect(try await tenantctl.run(["history", "acme"] + words).code == 64, "\(words)") }
  }

  @Test("the page's filter holds for older entries and for the file beside the list")
  func filtersOfThePage() async throws {
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let visitor = PageVisitor(tenantctl, "http://127.0.0.1:\(try await service.pagesPort())")
    #expect(try await visitor.signIn("acme", "maria", Self.password).status == 303)
    let place = "/tenants/acme/history/changes"
    let page = try await visitor.get(place + "?kind=linked&since=2020-01-01")
    #expect(page.status == 200)
    #expect(
      page.body.contains(
        "href=\"/tenants/acme/history/changes.csv?since=2020-01-01&amp;kind=linked\""))
    #expect(page.body.contains("<option value=\"linked\" selected>"))
    let file = try await visitor.get("/tenants/acme/history/changes.csv?kind=linked").body
    let kinds = Set(file.split(separator: "\r\n").dropFirst().map { $0.split(separator: ",")[2] })
    #expect(kinds == ["linked"])
    let none = try await visitor.get("/tenants/acme/history/changes.csv?until=2020-01-01").body
    #expect(none.split(separator: "\r\n").count == 1)
    #expect(try await visitor.get(place + "?since=soon").status == 400)
    // What can be nobody's login finds nothing, and is no way to a file of everything.
    #expect(try await visitor.get(place + "?login=%5C").status == 200)
    #expect(try await visitor.get(place + ".csv?login=%5C").status == 400)
    for list in ["", "/refusals", "/events"] {
      let answer = try await visitor.get("/tenants/acme/history\(list)?actor=maria")
      #expect(answer.status == 200 && answer.body.contains("name=\"actor\" value=\"maria\""))
    }
    let sync = "/tenants/acme/active-directory-sync"
    let changed = try await visitor.get(sync + "?changedSince=1")
    #expect(changed.status == 200 && changed.body.contains("name=\"changedSince\" value=\"1\""))
    #expect(try await visitor.get(sync + "?changedSince=review").status == 409)
    #expect(try await service.stop().code == 0)
  }
}
