import Foundation
import Harness
import Testing

@Suite("The permission check, from outside", .timeLimit(.minutes(10)))
struct PermissionProcessTests {
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl()
    try tenantctl.addExamples()
  }

  private static let commands: [[String]] = [
    ["sync", "T"], ["sync", "T", "--dry-run"], ["review", "T"], ["review", "T", "--live"],
    ["export", "T"], ["explain", "T", "x"], ["link", "T", "x", "y"], ["unlink", "T", "x"],
    ["relink", "T", "x"], ["users", "import", "T", "f"], ["users", "list", "T"],
    ["users", "show", "T", "x"], ["users", "edit", "T", "x", "--email", "e"],
    ["test-connection", "T"], ["history", "T"], ["access", "add", "T", "x"],
    ["access", "remove", "T", "x"], ["access", "list", "T"], ["access", "token", "T", "x"],
    ["access", "revoke", "T", "x"], ["reviews", "open", "T"], ["reviews", "list", "T"],
    ["reviews", "show", "T"], ["reviews", "decide", "T", "x", "--confirmed"],
    ["reviews", "sign", "T", "--statement", "x"], ["reviews", "abandon", "T"],
    ["reviews", "key", "T"],
    ["reviews", "evidence", "T", "1", "--output", "x.zip"],
  ]

  private func tenantFile(_ name: String, permissions: String) -> String {
    """
    version: 1
    tenant: \(name)
    directories: [{ domain: ACME, source: ldif, file: none.ldif }]
    access:
      roles: { some: [\(permissions)] }
      assignments: [{ fileOwner: true, roles: [some] }]
    """
  }

  @Test("A1, A2: one permission is not enough for any command", arguments: commands)
  func onePermission(words: [String]) async throws {
    try tenantctl.addTenantFile("half", tenantFile("half", permissions: "Administer Tenant"))
    let answer = try await tenantctl.run(words.map { $0 == "T" ? "half" : $0 })
    #expect(answer.code == 77)
    #expect(answer.output == "")
    #expect(answer.errors.contains("'Administer Active Directory Authentication'"))
    #expect(try tenantctl.folder.entries("state") == ["audit.log"])
  }

  @Test("A5: no role, no tenant and no possible tenant get the same answer", arguments: commands)
  func unknown(words: [String]) async throws {
    let file = tenantFile("other", permissions: "Administer Tenant")
    try tenantctl.addTenantFile(
      "other", file.replacing("fileOwner: true", with: "osUser: nobody-of-this-name"))
    var answers: Set<String> = []
    for name in ["other", "missing", "../x"] {
      let answer = try await tenantctl.run(words.map { $0 == "T" ? name : $0 })
      #expect(answer.code == 77)
      answers.insert(answer.errors.replacing("'\(name)'", with: "NAME"))
    }
    #expect(answers.count == 1)
  }

  @Test("A5: --all and tenants list mean the tenants that this actor may administer")
  func all() async throws {
    try tenantctl.addTenantFile("half", tenantFile("half", permissions: "Administer Tenant"))
    let list = try await tenantctl("tenants", "list")
    #expect(list.lines.dropFirst().map { $0.prefix { $0 != " " } } == ["acme", "globex"])
    let sync = try await tenantctl("sync", "--all")
    #expect(sync.code == 0)
    #expect(sync.lines.filter { !$0.hasPrefix(" ") }.count == 2)
    #expect(sync.errors == "2 tenants: all done\n")
  }

  @Test("A broken tenant file is 78 for its own tenant and hides no other")
  func broken() async throws {
    try tenantctl.addTenantFile("broken", "version: 1\ntenant: broken\nnonsense: 1\n")
    let one = try await tenantctl("sync", "broken")
    #expect(one.code == 78)
    #expect(one.errors.contains("broken.yaml:3:1: "))
    let all = try await tenantctl("sync", "--all")
    #expect(all.code == 78)
    #expect(
      all.lines.filter { $0.hasPrefix("acme: run 1") || $0.hasPrefix("globex: run 1") }.count == 2)
    let validated = try await tenantctl("tenants", "validate")
    #expect(validated.code == 78)
    #expect(validated.lines.count == 2)
    let list = try await tenantctl("tenants", "list")
    #expect(list.code == 78)
    #expect(list.output.contains("acme"))
  }

  @Test("Errors of --output json are one object with the same code")
  func jsonErrors() async throws {
    let cases: [([String], Int, String)] = [
      (["review", "missing"], 77, "permission-refused"), (["review", "acme"], 75, "incomplete"),
      (["review", "acme", "--nonsense"], 64, "usage"),
      (["review", "acme", "--domain", "nowhere"], 64, "usage"),
      (["history", "missing"], 77, "permission-refused"),
    ]
    for (words, code, kind) in cases {
      let answer = try await tenantctl.run(words + ["--output", "json"])
      #expect(answer.code == Int32(code))
      #expect(answer.errors == "")
      let document = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
      let error = try #require((document as? [String: [String: Any]])?["error"])
      #expect(error["code"] as? Int == code)
      #expect(error["kind"] as? String == kind)
    }
  }
}
