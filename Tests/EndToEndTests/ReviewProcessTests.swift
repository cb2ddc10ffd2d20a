import Foundation
import Harness
import Testing

@Suite("tenantctl review and export, as a user runs them", .timeLimit(.minutes(10)))
struct ReviewProcessTests {
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl()
    try tenantctl.addExamples()
  }

  private func syncAcme() async throws {
    let users = tenantctl.folder.path("tenants/users/acme-users.csv")
    #expect(try await tenantctl("users", "import", "acme", users).code == 0)
    #expect(try await tenantctl("sync", "acme").code == 0)
  }

  @Test("R1: the table shows login, mail and status, and ends with a summary")
  func table() async throws {
    try await syncAcme()
    let answer = try await tenantctl("review", "acme")
    #expect(answer.code == 0)
    #expect(answer.errors == "")
    let heading = try #require(answer.lines.first)
    #expect(heading.hasPrefix("Active Directory Login  SMTP Address"))
    #expect(heading.hasSuffix("Reason"))
    #expect(answer.output.contains("\nAcme Insurance: 51 users, 31 matched, 20 not matched"))
    #expect(!answer.output.contains("\u{1B}"))
  }

  @Test("R2: the CSV has all users, whatever a review was filtered by, and three columns")
  func csv() async throws {
    try await syncAcme()
    let filtered = try await tenantctl("review", "acme", "--filter", "matched", "--limit", "2")
    #expect(filtered.output.contains("shown: 2 of 51"))
    let answer = try await tenantctl("export", "acme")
    #expect(answer.output.hasPrefix("Active Directory Login,SMTP Address,Status\r\n"))
    #expect(answer.output.components(separatedBy: "\r\n").count == 1 + 51 + 1)
  }

  @Test("Filtered JSON has the rows that were asked for and the counts of all")
  func json() async throws {
    try await syncAcme()
    let answer = try await tenantctl(
      "review", "acme", "--output", "json", "--filter", "not-matched", "--limit", "3")
    let document = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    let object = try #require(document as? [String: Any])
    #expect((object["users"] as? [[String: Any]])?.count == 3)
    #expect((object["counts"] as? [String: Any])?["total"] as? Int == 51)
  }

  @Test("Several tenants give an array, and one that fails is an element of it")
  func array() async throws {
    try await syncAcme()
    let answer = try await tenantctl("review", "acme", "globex", "--output", "json")
    #expect(answer.code == 75)
    let document = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    let array = try #require(document as? [[String: Any]])
    #expect(array.map { $0["tenant"] as? String } == ["acme", "globex"])
    let error = try #require(array.last?["error"] as? [String: Any])
    #expect(error["kind"] as? String == "incomplete")
  }

  @Test("Without a complete run, 75 and the command to run")
  func noRun() async throws {
    let answer = try await tenantctl("review", "acme")
    #expect(answer.code == 75)
    #expect(answer.output == "")
    #expect(answer.errors.contains("tenantctl sync acme"))
  }

  @Test("R6: without a configured directory, 78 and a word on the configuration")
  func noDirectory() async throws {
    try tenantctl.addTenant("empty", ldif: nil)
    for command in ["review", "export", "sync", "test-connection"] {
      let answer = try await tenantctl(command, "empty")
      #expect(answer.code == 78)
      #expect(answer.errors.contains("directories:"))
    }
  }

  @Test("A reader that goes away ends the review quietly")
  func closedPipe() async throws {
    try await syncAcme()
    let shell = try await tenantctl.shell(
      "\"$0\" review acme | head -1; \"$0\" export acme | head -1")
    #expect(shell.errors == "")
    #expect(shell.lines.count == 2)
  }

  @Test("A value of the directory cannot write to the terminal")
  func escapes() async throws {
    try tenantctl.addTenant(
      "evil",
      ldif: LDIF.person("bob", number: 1, mail: "\u{1B}[2J\u{202E}x@acme.example\nAdmin  Matched"))
    #expect(try await tenantctl("sync", "evil").code == 0)
    let answer = try await tenantctl("review", "evil")
    #expect(answer.output.contains("\\u{1b}[2J\\u{202e}x@acme.example\\u{a}Admin"))
    #expect(!answer.output.contains("\u{1B}"))
  }

  @Test("Files of several tenants appear under their names, 0600; without a folder it is usage")
  func files() async throws {
    try await syncAcme()
    #expect(try await tenantctl("sync", "globex").code == 0)
    #expect(try await tenantctl("export", "--all").code == 64)
    let target = tenantctl.folder.path("home")
    let answer = try await tenantctl(
      "export", "--all", "--output-dir", target, "--format", "json", "--jobs", "2")
    #expect(answer.code == 0)
    #expect(try tenantctl.folder.entries("home") == ["acme.json", "globex.json"])
    #expect(try tenantctl.folder.mode("home/acme.json") == 0o600)
  }

  @Test("A file that cannot be written is 74, and nothing is left behind")
  func diskFull() async throws {
    try await syncAcme()
    #expect(try await tenantctl("export", "acme", "--output", "/dev/full").code == 74)
    let missing = tenantctl.folder.path("nowhere/acme.csv")
    #expect(try await tenantctl("export", "acme", "--output", missing).code == 74)
    #expect(try tenantctl.folder.entries("home") == [])
  }
}
