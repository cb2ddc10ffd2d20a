import Foundation
import Harness
import Testing

/// Two directories. ACME has `jdoe`, whose principal's name is another, `shared`, and had `gone`;
/// PARTNER has `shared`, `pat` with a principal's name that looks like ACME's, and had `lost`.
@Suite("One rule for a typed login, in every command", .timeLimit(.minutes(10)))
struct TypedLoginTests {
  private let tenantctl: RunTenantctl

  init() async throws {
    tenantctl = try RunTenantctl()
    try tenantctl.addTenantFile(
      "two",
      """
      version: 1
      tenant: two
      directories:
        - { domain: ACME, dnsDomain: acme.example, source: ldif, file: acme.ldif }
        - { domain: PARTNER, dnsDomain: partner.example, source: ldif, file: partner.ldif }
      access:
        roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
        assignments: [{ fileOwner: true, roles: [admin] }]
      """)
    try tenantctl.folder.write(
      """
      userName,windowsLogin
      u-jdoe,ACME\\jdoe
      u-gone,ACME\\gone
      u-shared,ACME\\shared
      u-pshared,PARTNER\\shared
      u-pat,PARTNER\\pat
      u-lost,PARTNER\\lost
      u-both1,ACME\\both
      u-both2,PARTNER\\both
      u-free,

      """, to: "users.csv")
    try await tenantctl.done("users", "import", "two", tenantctl.folder.path("users.csv"))
    try write(withGone: true)
    try await tenantctl.done("sync", "two")
    try write(withGone: false)
    try await tenantctl.done("sync", "two")
  }

  private func write(withGone: Bool) throws {
    func person(_ login: String, _ number: Int, principal: String? = nil) -> String {
      let text = LDIF.person(login, number: number)
      guard let principal else { return text }
      return String(text.dropLast()) + "userPrincipalName: \(principal)\n\n"
    }
    let acme = person("jdoe", 1, principal: "John.Doe@mail.example") + person("shared", 2)
    let partner =
      person("shared", 3) + person("pat", 4, principal: "pat@acme.example")
    try tenantctl.folder.write(
      acme + (withGone ? person("gone", 5) + person("both", 7) : ""), to: "tenants/acme.ldif")
    try tenantctl.folder.write(
      partner + (withGone ? person("lost", 6) + person("both", 8) : ""), to: "tenants/partner.ldif")
  }

  private func run(_ command: String, _ login: String) async throws -> RunTenantctl.Answer {
    switch command {
    case "explain": try await tenantctl("explain", "two", login)
    case "unlink": try await tenantctl("unlink", "two", login, "--dry-run")
    case "relink": try await tenantctl("relink", "two", login, "--dry-run")
    case "link": try await tenantctl("link", "two", login, "u-free", "--dry-run")
    default: try await tenantctl("history", "two", "--login", login)
    }
  }

  private static let spellings: [(typed: String, is: String?)] = [
    ("jdoe", "ACME\\jdoe"), ("ACME\\jdoe", "ACME\\jdoe"), ("acme\\JDOE", "ACME\\jdoe"),
    ("acme.example\\jdoe", "ACME\\jdoe"), ("Acme.Example\\Jdoe", "ACME\\jdoe"),
    ("jdoe@acme.example", "ACME\\jdoe"), ("john.doe@MAIL.example", "ACME\\jdoe"),
    (" jdoe ", "ACME\\jdoe"), ("partner.example\\shared", "PARTNER\\shared"),
    ("shared@partner.example", "PARTNER\\shared"), ("shared@acme.example", "ACME\\shared"),
    // The principal's name counts before the implicit one of another directory.
    ("pat@acme.example", "PARTNER\\pat"), ("pat@partner.example", "PARTNER\\pat"),
    ("PARTNER\\jdoe", nil), ("acme.example\\pat", nil), ("jdoe@partner.example", nil),
    ("nobody", nil), ("ACME\\", nil), ("jdoe@", nil), ("OTHER\\jdoe", nil), ("*", nil),
  ]

  @Test("explain, unlink, link, relink and history find the row, or nobody, by every spelling")
  func rows() async throws {
    for (typed, found) in Self.spellings {
      for command in ["explain", "unlink"] {
        let answer = try await run(command, typed)
        #expect(answer.code == (found == nil ? 66 : 0), "\(command) \(typed): \(answer.errors)")
        if let found { #expect(answer.output.contains(found), "\(command) \(typed)") }
      }
      // The row is found, and taken: who is not there is told otherwise.
      let link = try await run("link", typed)
      #expect(link.code == 66)
      let relink = try await run("relink", typed)
      #expect(relink.code == 66)
      if let found {
        #expect(link.errors.contains("\(found) is linked to"), "\(typed): \(link.errors)")
        #expect(relink.errors.contains("\(found) has no released pair"), "\(typed)")
      } else {
        #expect(link.errors.contains("there is no directory user"), "\(typed): \(link.errors)")
        #expect(relink.errors.contains("there is no directory user"), "\(typed)")
      }
      let history = try await run("history", typed)
      let isLogin = !["ACME\\", "jdoe@"].contains(typed)
      #expect(history.code == (isLogin ? 0 : 64), "\(typed): \(history.errors)")
      let lines = history.lines.filter { $0.contains("linked '") }
      #expect(lines.count == (found == nil ? 0 : 1), "\(typed): \(history.output)")
      #expect(lines.allSatisfy { $0.contains(found ?? "-") })
    }
  }

  @Test("a login that matches in two directories is refused, and both are named")
  func ambiguous() async throws {
    for command in ["explain", "unlink", "link", "relink"] {
      let answer = try await run(command, "shared")
      #expect(answer.code == 66, "\(command)")
      #expect(answer.errors.contains("ACME\\shared and PARTNER\\shared"), "\(answer.errors)")
    }
  }

  @Test(
    "U1: the link of an account that has no row any more is found by the same rule",
    arguments: [
      ("gone", "ACME\\gone"), ("ACME\\gone", "ACME\\gone"), ("acme.example\\GONE", "ACME\\gone"),
      ("gone@acme.example", "ACME\\gone"), ("lost@partner.example", "PARTNER\\lost"),
      ("partner.example\\lost", "PARTNER\\lost"), ("ACME\\lost", nil),
      ("lost@acme.example", nil), ("partner.example\\gone", nil),
    ] as [(String, String?)])
  func vanished(typed: String, found: String?) async throws {
    let unlink = try await run("unlink", typed)
    #expect(unlink.code == (found == nil ? 66 : 0), "\(unlink.errors)")
    if let found { #expect(unlink.output.contains(found)) }
    let history = try await run("history", typed).output
    #expect(history.contains("source-deleted") == (found != nil), "\(history)")
    guard let found else { return }
    try await tenantctl.done("unlink", "two", typed)
    let relink = try await run("relink", typed)
    #expect(relink.code == 0, "\(relink.errors)")
    #expect(relink.output.contains(found))
  }

  @Test("U1: two vanished links that a bare login matches are refused, and both are named")
  func twoVanished() async throws {
    let unlink = try await run("unlink", "both")
    #expect(unlink.code == 66)
    #expect(unlink.errors.contains("ACME\\both ('u-both1') and PARTNER\\both ('u-both2')"))
    try await tenantctl.done("unlink", "two", "both@acme.example", "partner.example\\both")
    let relink = try await run("relink", "both")
    #expect(relink.code == 66)
    #expect(relink.errors.contains("ACME\\both and PARTNER\\both"), "\(relink.errors)")
  }
}
