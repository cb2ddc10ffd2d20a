import Foundation
import Harness
import Testing

/// `overview --output json`, as far as these tests read it.
private struct OverviewDocument: Decodable {
  struct Tenant: Decodable {
    struct Trouble: Decodable {
      var code: String
      var message: String
      var nextStep: String?
    }
    struct Counts: Decodable {
      var total: Int
      var matched: Int
      var notMatched: Int
    }
    var tenant: String
    var needsSomebody: Bool
    var troubles: [Trouble]
    var counts: Counts?
    var vanishedLinks: Int
  }

  var tenants: [Tenant]
}

@Suite("tenantctl overview, as a user runs it", .timeLimit(.minutes(10)))
struct OverviewProcessTests {
  private let tenantctl: RunTenantctl

  init() throws { tenantctl = try RunTenantctl() }

  /// Tenants in every kind of trouble, and one in none.
  private func addTenants() async throws {
    let people = Self.people("ann", "bob", "eve")
    for name in ["good", "stopped", "gone", "damaged", "foreign"] {
      try tenantctl.addTenant(name, ldif: people)
    }
    try tenantctl.addTenant("fresh", ldif: people)
    try tenantctl.addTenant("bare", ldif: nil)
    try tenantctl.folder.write(
      "userName,windowsLogin\nann,ACME\\ann\nbob,ACME\\bob\n", to: "home/users.csv")
    for name in ["good", "stopped", "gone", "damaged", "foreign"] {
      try await tenantctl.done("users", "import", name, tenantctl.folder.path("home/users.csv"))
      try await tenantctl.done("sync", name)
    }
    // A directory without anybody is refused; one in which somebody is missing leaves a link behind.
    try tenantctl.folder.write(
      "dn: OU=Staff,DC=acme,DC=example\nobjectClass: organizationalUnit\n\n",
      to: "tenants/stopped.ldif")
    #expect(try await tenantctl("sync", "stopped").code == 65)
    try tenantctl.folder.write(Self.people("bob", "eve"), to: "tenants/gone.ldif")
    try await tenantctl.done("sync", "gone")
    try tenantctl.folder.write("no database\n", to: "state/tenants/damaged.sqlite")
    let file = try tenantctl.read("tenants/foreign.yaml")
    try tenantctl.addTenantFile(
      "foreign", file.replacing("fileOwner: true", with: "osUser: somebody-else"))
    try tenantctl.addTenantFile("wrong", "version: 1\ntenant: wrong\nnonsense: 1\nmore: 2\n")
  }

  private static func people(_ logins: String...) -> String {
    logins.map { LDIF.person($0, number: Int($0.utf8.first ?? 0)) }.joined()
  }

  private func document(_ text: String) throws -> OverviewDocument {
    try JSONDecoder().decode(OverviewDocument.self, from: Data(text.utf8))
  }

  @Test(
    "who needs somebody stands first and says why, and one broken tenant spoils no other (A5)",
    .sqliteOnly("one of the stores is a damaged file"))
  func everyKind() async throws {
    try await addTenants()
    let answer = try await tenantctl("overview", "--output", "json")
    #expect(answer.code == 78)
    #expect(!answer.output.contains("foreign"))
    let tenants = try document(answer.output).tenants
    #expect(
      tenants.map(\.tenant) == ["wrong", "damaged", "stopped", "bare", "fresh", "gone", "good"])
    #expect(
      tenants.map { $0.troubles.map(\.code) } == [
        ["broken-file"], ["store"], ["refused"], ["no-directory"], ["never-synced"],
        ["vanished-links"], [],
      ])
    let wrong = try #require(tenants.first?.troubles.first?.message)
    #expect(wrong.contains("wrong.yaml:3:1: ") && wrong.contains("wrong.yaml:4:1: "))
    #expect(tenants[2].troubles[0].nextStep?.contains("--allow-large-change") == true)
    #expect(tenants[4].troubles[0].nextStep?.contains("tenantctl sync fresh") == true)
    #expect(tenants[5].troubles[0].message == "1 vanished link: 1 source-deleted")
    #expect(tenants.map(\.needsSomebody) == [true, true, true, true, true, true, false])
    let good = try #require(tenants.last?.counts)
    #expect((good.total, good.matched, good.notMatched) == (3, 2, 1))
    #expect(tenants[2].counts?.total == 3)
  }

  @Test(
    "the table has a line a tenant, and below it why in full; the summary is no part of it",
    .sqliteOnly("one of the stores is a damaged file"))
  func table() async throws {
    try await addTenants()
    let answer = try await tenantctl("overview")
    #expect(answer.code == 78)
    #expect(answer.lines.first?.hasPrefix("Tenant   AD users  Matched  Not Matched") == true)
    #expect(
      answer.lines.contains { $0.wholeMatch(of: /good +3 +2 +1 +1 +- +never +\d+ \w+ +no/) != nil })
    #expect(answer.output.contains("\nwrong\n  "))
    #expect(answer.errors == "7 tenants, of which 6 need somebody\n")
    #expect(try await tenantctl("overview", "--quiet").errors == "")
  }

  @Test("the CSV has a line a tenant, harmless in a spreadsheet (R5)")
  func csv() async throws {
    try tenantctl.addTenant("good", ldif: Self.people("ann"), extra: "displayName: =cmd()\n")
    let answer = try await tenantctl("overview", "--output", "csv")
    #expect(answer.code == 0)
    let lines = answer.output.components(separatedBy: "\r\n")
    #expect(lines.count == 3 && lines.last == "")
    #expect(lines[0].hasPrefix("tenant,displayName,needsSomebody,users,matched,notMatched,"))
    #expect(lines[1].hasPrefix("good,'=cmd(),true,,,,0,0,,,,,,,,,never-synced,"))
  }

  @Test("it writes nothing, not even a folder (S6), and without tenants says so")
  func nothingWritten() async throws {
    let none = try await tenantctl("overview")
    #expect(none.code == 0)
    #expect(none.errors == "there is no tenant that you may administer\n")
    try tenantctl.addTenant("fresh", ldif: Self.people("ann"))
    #expect(try await tenantctl("overview").code == 0)
    #expect(!FileManager.default.fileExists(atPath: tenantctl.folder.path("state")))
  }

  @Test("a folder that is not there is exit 78, in JSON as an error")
  func noFolder() async throws {
    let answer = try await tenantctl(
      "overview", "--output", "json", "--tenants", tenantctl.folder.path("nowhere"))
    #expect(answer.code == 78)
    #expect(answer.output.hasPrefix("{\"error\":{\"code\":78,"))
  }
}
