import Foundation
import Harness
import Testing

@Suite(
  "Attacks by a tenant file, and by a tenant's name (reliability.md, 4)", .timeLimit(.minutes(10)))
struct AttackTests {
  private let tenantctl: RunTenantctl

  init() throws { tenantctl = try RunTenantctl() }

  private static let commands = [["tenants", "validate", "evil"], ["sync", "evil"]]

  @Test(
    "a hostile tenant file is refused at its place, and nothing is made",
    arguments: TenantFileAttack.all)
  func files(attack: TenantFileAttack) async throws {
    let fault = Fault(.attack, "tenant file: \(attack.what)")
    try tenantctl.addTenantFile("evil", TenantFileAttack.right + attack.extra)
    try tenantctl.setMode(attack.mode, of: "tenants/evil.yaml")
    for command in Self.commands {
      let answer = try await tenantctl.run(command)
      try #require(answer.code == 78 && answer.output == "", "\(answer)")
      for words in attack.words { #expect(answer.errors.contains(words), "\(answer.errors)") }
      #expect(answer.errors.utf8.count < 64 << 10)
    }
    #expect(!FileManager.default.fileExists(atPath: tenantctl.folder.path("state/tenants")))
    fault.survived("exit 78: \(attack.words[0])")
  }

  @Test("the file of before, without what is hostile, is right")
  func right() async throws {
    try tenantctl.addTenantFile("evil", TenantFileAttack.right)
    try await tenantctl.done("tenants", "validate", "evil")
  }

  @Test(
    "a link out of the folder is not followed, wherever it leads",
    arguments: ["outside.yaml", "/etc/shadow"])
  func link(target: String) async throws {
    let fault = Fault(.attack, "tenant file: a symbolic link to \(target)")
    try tenantctl.folder.write(TenantFileAttack.right, to: "outside.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: tenantctl.folder.path("tenants/evil.yaml"),
      withDestinationPath: target.hasPrefix("/") ? target : tenantctl.folder.path(target))
    for command in Self.commands {
      let answer = try await tenantctl.run(command)
      try #require(answer.code == 78, "\(answer)")
      #expect(answer.errors.contains("a symbolic link that leads out of its folder"))
      #expect(!answer.errors.contains("root:"))
    }
    fault.survived("exit 78, nothing of the target is shown")
  }

  @Test(
    "A5: a name that is a path is the name of no tenant",
    arguments: ["../x", "..", "/etc/passwd", "x/../evil", "EVIL", "evil.yaml", "evil\nroot"])
  func name(name: String) async throws {
    let fault = Fault(.attack, "a tenant's name: \(name.debugDescription)")
    try tenantctl.addTenantFile("evil", TenantFileAttack.right)
    try tenantctl.folder.write(TenantFileAttack.right.replacing("evil", with: "x"), to: "x.yaml")
    let before = try tenantctl.folder.entries()
    let answer = try await tenantctl("sync", name)
    try #require(answer.code == 77 && answer.errors.contains("or there is no such tenant"))
    // Every refusal is audited (A2); nothing else is made.
    #expect(try tenantctl.folder.entries() == (before + ["state"]).sorted())
    #expect(try tenantctl.folder.entries("state") == ["audit.log"])
    #expect(try tenantctl.read("state/audit.log").split(separator: "\n").count == 1)
    fault.survived("exit 77, one line of the audit")
  }

  @Test("texts that look like filters, globs or names of the directory find nobody else")
  func injectedLookups() async throws {
    let fault = Fault(.attack, "filter injection by a login, a search text and an exclusion's glob")
    try tenantctl.addTenant(
      "acme", ldif: (1...3).map { LDIF.person("p\($0)", number: $0) }.joined(separator: "\n"))
    let file = try tenantctl.read("tenants/acme.yaml").replacing(
      "file: acme.ldif }", with: "file: acme.ldif, exclude: { logins: [\"*)(objectClass=*\"] } }")
    try tenantctl.addTenantFile("acme", file)
    try await tenantctl.done("sync", "acme")
    // The glob excludes a login that is written so, and no other.
    #expect(try await tenantctl.review("acme").users.count == 3)
    #expect(!(try await tenantctl.done("review", "acme")).contains("excluded"))
    for text in ["*", "*)(objectClass=*", "p1)(|(a=b", "p1\\2a", "%", "p_", "' OR 1=1 --", "p1\0"] {
      let answer = try await tenantctl("explain", "acme", text)
      #expect(answer.code == 66 || text.contains("\0"), "\(text): \(answer)")
    }
    fault.survived("exit 66: nobody has such a login")
  }
}
