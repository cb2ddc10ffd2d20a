import Foundation
import Harness
import Testing

/// One sign-in for many tenants (reviews.md 4), by the built programs.
@Suite(
  "An operator goes from tenant to tenant, through each one's own gate (A1, A5)",
  .timeLimit(.minutes(20)))
struct OperatorProcessTests {
  private static let password = "correct horse battery"
  private static let sync = "active-directory-sync"
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl()
    // olga may administer acme and globex, has half of what it takes in half, and none in initech.
    for (name, roles) in [
      ("acme", "admin"), ("globex", "admin"), ("half", "part"), ("initech", ""),
    ] {
      try tenantctl.addTenantFile(name, Self.file(name, olga: roles))
    }
  }

  /// A tenant file.
  ///
  /// - Parameter olga: the operator's role; empty for none.
  private static func file(_ name: String, olga role: String) -> String {
    """
    version: 1
    tenant: \(name)
    displayName: The tenant \(name)
    access:
      roles:
        admin: [Administer Tenant, Administer Active Directory Authentication]
        part: [Administer Tenant]
      assignments:
        - { fileOwner: true, roles: [admin] }
        - { localUser: maria, roles: [admin] }
    \(role.isEmpty ? "" : "    - { operator: olga, roles: [\(role)] }")

    """
  }

  /// Runs an `access` command with a password on standard input.
  @discardableResult
  private func access(_ words: String, password: String = password) async throws
    -> RunTenantctl.Answer
  {
    try tenantctl.folder.write(password + "\n", to: "input")
    return try await tenantctl.shell(
      "\"$0\" access \(words) < '\(tenantctl.folder.path("input"))'")
  }

  private func addPeople() async throws {
    // Nobody may make an operator who lacks a permission in a tenant that names one; here the file's
    // owner has both everywhere.
    #expect(try await access("add --operator olga").code == 0)
    #expect(try await access("add acme maria").code == 0)
    #expect(try await access("add initech maria").code == 0)
  }

  /// The service, and somebody at its pages.
  private func serve(
    _ body: (RunTenantd, PageVisitor) async throws -> Void
  ) async throws {
    let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
    let base = "http://127.0.0.1:\(try await service.pagesPort())"
    try await body(service, PageVisitor(tenantctl, base))
    #expect(try await service.stop().code == 0)
  }

  private func location(_ answer: PageVisitor.Answer) -> String? { answer.all("location").first }

  /// The refusals of the audit: actor, tenant, action.
  private func refusals() throws -> [[String]] {
    try tenantctl.auditLines().compactMap { line in
      let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let entry, entry["outcome"] as? String == "refused" else { return nil }
      return ["actor", "tenant", "action"].map { entry[$0] as? String ?? "" }
    }
  }

  @Test("one sign-in without a tenant, the overview, and every tenant that names her")
  func signIn() async throws {
    try await addPeople()
    try await serve { _, olga in
      let done = try await olga.signIn("", "olga", Self.password)
      #expect(done.status == 303 && location(done) == "/tenants")
      #expect(location(try await olga.get("/")) == "/tenants")
      let overview = try await olga.get("/tenants")
      #expect(overview.status == 200)
      for name in ["acme", "globex"] {
        #expect(overview.body.contains("href=\"/tenants/\(name)/\(Self.sync)\""))
        let page = try await olga.get("/tenants/\(name)/\(Self.sync)")
        #expect(page.status == 200 && page.body.contains("The tenant \(name)"))
        #expect(page.body.contains("<a href=\"/tenants\">Tenants</a>"))
        #expect(page.body.contains("operator:olga"))
      }
      #expect(!overview.body.contains("half") && !overview.body.contains("initech"))
    }
  }

  @Test(
    "a file that breaks, or was broken from the beginning, is told to whom it names, with its place"
  )
  func brokenFiles() async throws {
    try await addPeople()
    try tenantctl.addTenantFile("wrong", Self.file("wrong", olga: "admin") + "nonsense: 1\n")
    try tenantctl.addTenantFile("other", Self.file("other", olga: "") + "nonsense: 1\n")
    try tenantctl.addTenantFile("garbled", "version: [\n")
    try await serve { service, olga in
      _ = try await olga.signIn("", "olga", Self.password)
      let before = try await olga.get("/tenants").body
      #expect(before.contains("wrong.yaml:12:1: unknown key"))
      #expect(!before.contains("href=\"/tenants/wrong/"))
      #expect(!before.contains("other.yaml") && !before.contains("garbled"))
      // Being told is no permission.
      #expect(try await olga.get("/tenants/wrong/users").status == 404)
      try tenantctl.addTenantFile("acme", Self.file("acme", olga: "") + "nonsense: 1\n")
      service.signal(SIGHUP)
      try await wait("the file to be broken") {
        try await olga.get("/tenants").body.contains("acme.yaml:12:1: unknown key") ? true : nil
      }
      // The last good version stays in use, also as to whom it names.
      #expect(try await olga.get("/tenants/acme/users").status == 200)
    }
  }

  @Test("a tenant that does not name her is as good as none; half of the permissions is a refusal")
  func gates() async throws {
    try await addPeople()
    try await serve { _, olga in
      _ = try await olga.signIn("", "olga", Self.password)
      let other = try await olga.get("/tenants/initech/users")
      let none = try await olga.get("/tenants/nowhere/users")
      #expect(other.status == 404 && none.status == 404)
      let request = /Request <code>[^<]*<\/code>/
      #expect(other.body.replacing(request, with: "") == none.body.replacing(request, with: ""))
      let half = try await olga.get("/tenants/half/users")
      #expect(half.status == 403)
      #expect(half.body.contains("Administer Active Directory Authentication"))
      // It was no reason to end the session.
      #expect(try await olga.get("/tenants/acme/users").status == 200)
      let found = try refusals()
      for tenant in ["initech", "nowhere", "half"] {
        #expect(found.contains(["operator:olga", tenant, "users list"]), "\(found)")
      }
    }
  }

  @Test("removed from one file she loses that tenant, and no other; without any she is signed out")
  func removedFromFiles() async throws {
    try await addPeople()
    try await serve { service, olga in
      _ = try await olga.signIn("", "olga", Self.password)
      #expect(try await olga.get("/tenants/globex/users").status == 200)
      try tenantctl.addTenantFile("globex", Self.file("globex", olga: ""))
      service.signal(SIGHUP)
      try await wait("the tenant to be lost") {
        try await olga.get("/tenants/globex/users").status == 404 ? true : nil
      }
      #expect(try await olga.get("/tenants/acme/users").status == 200)
      #expect(try await !olga.get("/tenants").body.contains("globex"))
      for name in ["acme", "half"] {
        try tenantctl.addTenantFile(name, Self.file(name, olga: ""))
      }
      service.signal(SIGHUP)
      try await wait("the sign-out") {
        try await olga.get("/tenants").status == 303 ? true : nil
      }
      #expect(location(try await olga.get("/tenants")) == "/sign-in?next=%2Ftenants")
    }
  }

  @Test(
    "her session ends at the next request once she is removed, or has another password",
    arguments: ["remove --operator olga", "add --operator olga --replace"])
  func ended(words: String) async throws {
    try await addPeople()
    try await serve { _, olga in
      _ = try await olga.signIn("", "olga", Self.password)
      #expect(try await olga.get("/tenants/acme/users").status == 200)
      #expect(try await access(words, password: "another horse battery").code == 0)
      let page = try await olga.get("/tenants/acme/users")
      #expect(page.status == 303)
      #expect(location(page) == "/sign-in?next=%2Ftenants%2Facme%2Fusers")
      #expect(try await olga.get("/tenants").status == 303)
      #expect(try await olga.signIn("", "olga", Self.password).status == 401)
    }
  }

  @Test("who is named without existing cannot sign in, nor who exists without being named")
  func nobody() async throws {
    #expect(try await access("add --operator otto").errors.contains("{ operator: otto, roles:"))
    try await serve { _, visitor in
      for name in ["olga", "otto", "maria", "Olga"] {
        let answer = try await visitor.signIn("", name, Self.password)
        #expect(answer.status == 401, "\(name)")
        #expect(answer.body.contains("Tenant, login or password is wrong"))
      }
      #expect(try await visitor.get("/tenants").status == 303)
    }
    let list = try await tenantctl.done("access", "list", "acme")
    #expect(list.contains("tenantctl access add --operator olga"))
  }

  @Test("an operator is nobody's local user, and the other way round")
  func namespaces() async throws {
    try await addPeople()
    try await serve { _, visitor in
      for tenant in ["acme", "@operators"] {
        let answer = try await visitor.signIn(tenant, "olga", Self.password)
        #expect(answer.status == 401, "\(tenant)")
      }
    }
  }

  @Test("somebody of one tenant signs in as before, and sees that one only")
  func person() async throws {
    try await addPeople()
    try await serve { _, maria in
      #expect(
        location(try await maria.signIn("acme", "maria", Self.password))
          == "/tenants/acme/\(Self.sync)")
      let page = try await maria.get("/tenants/acme/\(Self.sync)")
      #expect(page.status == 200 && !page.body.contains("href=\"/tenants\""))
      let overview = try await maria.get("/tenants")
      #expect(overview.status == 200 && overview.body.contains("The tenant acme"))
      for name in ["globex", "half", "initech"] { #expect(!overview.body.contains(name)) }
      // Of another tenant she is told what she is told of one that is not there.
      for name in ["globex", "nowhere"] {
        let other = try await maria.get("/tenants/\(name)/users?page=2")
        #expect(other.status == 303)
        #expect(
          location(other) == "/sign-in?tenant=\(name)&next=%2Ftenants%2F\(name)%2Fusers%3Fpage%3D2")
      }
    }
  }

  @Test("two tabs with two tenants work, and the sign-in leads back to where one wanted to go")
  func tabs() async throws {
    try await addPeople()
    try await serve { _, maria in
      _ = try await maria.signIn("acme", "maria", Self.password)
      let needed = try #require(location(try await maria.get("/tenants/initech/users")))
      let form = try await maria.get(needed)
      #expect(form.body.contains("name=\"tenant\" value=\"initech\""))
      let done = try await maria.post(
        "/sign-in",
        [
          "csrf": form.formToken ?? "", "tenant": "initech", "login": "maria",
          "password": "wrong horse battery", "next": "/tenants/initech/users",
        ])
      #expect(done.status == 401)
      #expect(try await maria.get("/tenants/acme/users").status == 200)
    }
  }

  @Test("a form needs the proof of the session, at every tenant, and from her own pages (CSRF)")
  func forms() async throws {
    try await addPeople()
    try await serve { _, olga in
      _ = try await olga.signIn("", "olga", Self.password)
      let page = try await olga.get("/tenants/acme/users")
      let token = try #require(page.formToken)
      for proof in ["", "wrong"] {
        let answer = try await olga.post("/tenants/globex/sync", ["csrf": proof])
        #expect(answer.status == 403)
      }
      let foreign = try await olga.post(
        "/tenants/globex/sync", ["csrf": token],
        options: ["--header", "Origin: https://elsewhere.example"])
      #expect(foreign.status == 403)
      #expect(
        try refusals().contains(["operator:olga", "globex", "sync (form without proof)"]))
      // Where she has no role, the right proof is worth nothing.
      #expect(try await olga.post("/tenants/initech/sync", ["csrf": token]).status == 404)
      #expect(try await olga.post("/sign-out", ["csrf": "wrong"]).status == 403)
      #expect(try await olga.post("/sign-out", ["csrf": token]).status == 303)
      #expect(try await olga.get("/tenants/acme/users").status == 303)
    }
  }

  @Test("guessing an operator's password is slow, as for everybody (SignInLimits)")
  func guessing() async throws {
    try await addPeople()
    try await serve { _, visitor in
      for name in ["olga", "OLGA", "olga", "Olga"] {
        #expect(try await visitor.signIn("", name, "wrong horse battery").status == 401)
      }
      let refused = try await visitor.signIn("", "olga", Self.password)
      #expect(refused.status == 429 && refused.all("retry-after").count == 1)
      #expect(try await visitor.signIn("acme", "maria", Self.password).status == 303)
    }
  }

  @Test("a token of an operator does what the operator may, and the history names both")
  func token() async throws {
    try await addPeople()
    let answer = try await tenantctl.shell("\"$0\" access token --operator olga nightly --quiet")
    let secret = answer.output.trimmingCharacters(in: .newlines)
    let own = try await tenantctl.shell("\"$0\" access token acme own --quiet")
    let ownSecret = own.output.trimmingCharacters(in: .newlines)
    try await serve { _, visitor in
      func call(_ path: String, _ secret: String) async throws -> PageVisitor.Answer {
        try await visitor.get(
          "/api/v1/tenants\(path)", options: ["--header", "Authorization: Bearer \(secret)"])
      }
      let all = try await call("", secret)
      #expect(all.status == 200)
      #expect(all.body.contains("\"acme\"") && all.body.contains("\"globex\""))
      #expect(!all.body.contains("half") && !all.body.contains("initech"))
      #expect(try await call("/acme/users", secret).status == 200)
      #expect(try await call("/half/users", secret).status == 403)
      #expect(try await call("/initech/users", secret).status == 401)
      #expect(try await call("/nowhere/users", secret).status == 401)
      let single = try await call("", ownSecret)
      #expect(single.status == 200 && single.body.contains("\"acme\""))
      #expect(!single.body.contains("globex"))
      #expect(try await call("", "tct_" + String(repeating: "x", count: 43)).status == 401)
      #expect(
        try refusals().contains(["operator:olga (token:nightly)", "half", "users list"]))
      try await tenantctl.done("access", "revoke", "--operator", "olga", "nightly")
      #expect(try await call("/acme/users", secret).status == 401)
      #expect(try await call("", secret).status == 401)
    }
  }

  @Test("what she does is in the tenant's audit under her name")
  func audit() async throws {
    try await addPeople()
    try tenantctl.folder.write("userName,firstName\nann,Ann\n", to: "home/users.csv")
    try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("home/users.csv"))
    let answer = try await tenantctl.shell("\"$0\" access token --operator olga edits --quiet")
    let secret = answer.output.trimmingCharacters(in: .newlines)
    try await serve { _, visitor in
      let edited = try await visitor.ask(
        "/api/v1/tenants/acme/users/ann",
        [
          "--request", "PATCH", "--header", "Authorization: Bearer \(secret)", "--header",
          "Content-Type: application/json", "--data", #"{"email":"ann@acme.example"}"#,
        ])
      #expect(edited.status == 200, "\(edited.body)")
    }
    let history = try await tenantctl.done("history", "acme", "--output", "json")
    #expect(history.contains("operator:olga (token:edits)"))
  }

  @Test(
    "nobody makes or removes an operator who lacks a permission in a tenant that names one (A1)")
  func whoMayMakeOne() async throws {
    let file = Self.file("globex", olga: "admin")
    try tenantctl.addTenantFile(
      "globex", file.replacing("fileOwner: true", with: "osUser: somebody-else"))
    for words in [
      "add --operator olga", "remove --operator olga", "token --operator olga t",
      "revoke --operator olga t",
    ] {
      let answer = try await access(words)
      #expect(answer.code == 77, "\(words): \(answer.errors)")
      #expect(!answer.errors.contains("globex"))
    }
    #expect(!FileManager.default.fileExists(atPath: tenantctl.folder.path("state/access")))
    #expect(try refusals().first?.dropFirst() == ["*", "access add --operator"])
    // One whom no tenant names yet takes a tenant of one's own.
    #expect(try await access("add --operator otto").code == 0)
    for name in ["acme", "half", "initech"] {
      let text = try tenantctl.read("tenants/\(name).yaml")
      try tenantctl.addTenantFile(
        name, text.replacing("fileOwner: true", with: "osUser: somebody-else"))
    }
    #expect(try await access("add --operator paula").code == 77)
  }

  @Test("words that fit neither form are a wrong use")
  func usage() async throws {
    for words in [
      "add", "add acme", "add acme maria --operator olga", "remove", "token --operator olga",
      "token acme a --operator olga", "token --operator olga t --role admin", "revoke acme",
      "add --operator 'a b'",
    ] { #expect(try await access(words).code == 64, "\(words)") }
  }

  @Test(
    "removing an operator removes the tokens, so that nobody inherits them with the name",
    .sqliteOnly("files of the state folder"))
  func tokensEnd() async throws {
    try await addPeople()
    try await tenantctl.done("access", "token", "--operator", "olga", "nightly")
    #expect(try await access("add --operator olga").code == 66)
    try await tenantctl.done("access", "remove", "--operator", "olga")
    #expect(try await access("token --operator olga other").code == 66)
    #expect(try await access("add --operator olga").code == 0)
    #expect(try await tenantctl("access", "revoke", "--operator", "olga", "nightly").code == 66)
    let text = try tenantctl.read("state/access/@operators.json")
    #expect(!text.contains("nightly") && !text.contains(Self.password))
    #expect(try tenantctl.folder.mode("state/access/@operators.json") == 0o600)
  }
}
