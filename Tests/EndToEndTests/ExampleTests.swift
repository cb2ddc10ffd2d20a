import Foundation
import Harness
import Testing

/// The example tenants, and the table of tenants/README.md.
@Suite("The example tenants run as they are", .timeLimit(.minutes(10)))
struct ExampleTests {
  struct Line: Sendable, CustomStringConvertible {
    var tenant: String
    var login: String
    var state: String
    var reason: String
    var user: String

    var description: String { "\(tenant) \(login)" }
  }

  /// The rows of the tables in tenants/README.md: `| login | state | reason | user | shows |`.
  static let lines: [Line] = {
    let file = RunTenantctl.repository.appending(path: "tenants/README.md")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    var tenant = ""
    return text.split(separator: "\n").compactMap { line in
      if line.hasPrefix("## ") { tenant = String(line.dropFirst(3)) }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
      guard line.hasPrefix("| `"), cells.count >= 5 else { return nil }
      return Line(
        tenant: tenant, login: cells[0], state: cells[1], reason: cells[2], user: cells[3])
    }
  }()

  static func synced() async throws -> RunTenantctl {
    let installation = try RunTenantctl.withExamples()
    let users = installation.folder.path("tenants/users/acme-users.csv")
    try await installation.done("users", "import", "acme", users)
    try await installation.done("sync", "--all")
    return installation
  }

  @Test("every user of tenants/README.md has the state and reason that it says (M4 to M15)")
  func table() async throws {
    let installation = try await Self.synced()
    #expect(Self.lines.count > 50)
    for tenant in ["acme", "globex"] {
      let review = try await installation.review(tenant)
      let lines = Self.lines.filter { $0.tenant == tenant }
      for line in lines {
        let login = line.login.split(separator: "\\").last.map(String.init) ?? line.login
        let row = try #require(review.rows[login], "\(line)")
        #expect(row.state == line.state, "\(line)")
        #expect(row.code == line.reason, "\(line)")
        // A login of two domains is in the review twice, and known here by its last row.
        guard !line.login.contains("\\") else { continue }
        #expect(row.userName ?? "" == line.user, "\(line)")
      }
      #expect(lines.count == (tenant == "acme" ? 51 : 17))
    }
  }

  @Test("the second run finds everything linked and changes nothing (S6, T3)")
  func secondRun() async throws {
    let installation = try await Self.synced()
    let check = try await installation("sync", "--all", "--check")
    #expect(check.code == 0)
    try await installation.done("sync", "acme")
    let review = try await installation.review("acme")
    #expect(review.users.filter { $0.state == "linked" }.count == 31)
    #expect(!review.users.contains { $0.state == "found" })
  }

  @Test("a preview says what a run does, and writes nothing (S6)")
  func preview() async throws {
    let installation = try RunTenantctl.withExamples()
    let users = installation.folder.path("tenants/users/acme-users.csv")
    try await installation.done("users", "import", "acme", users)
    let before = try installation.stateContents()
    #expect(try await installation.done("sync", "acme", "--dry-run").contains("31 new links"))
    #expect(try await installation("sync", "acme", "--check").code == 1)
    _ = try await installation.done("review", "acme", "--live")
    #expect(try installation.stateContents() == before)
    #expect(try await installation.done("sync", "acme").contains("31 new links"))
  }

  @Test("the CSV holds all users whatever a review is filtered by, in the page's columns (R2, R5)")
  func csv() async throws {
    let installation = try await Self.synced()
    let csv = try await installation.done("export", "acme")
    let lines = csv.components(separatedBy: "\r\n")
    #expect(lines.first == "Active Directory Login,SMTP Address,Status")
    #expect(lines.count == 51 + 2)
    #expect(lines.contains("jsmith,john.smith@acme.example,Matched"))
    #expect(csv.contains("'-zdash,\"'=HYPERLINK("))
    #expect(
      try await installation.done("export", "acme", "--exact").contains("-zdash,\"=HYPERLINK("))
    #expect(try await installation.done("export", "acme") == csv)
  }

  @Test("exports to a folder are whole, private files, one a tenant")
  func exportFolder() async throws {
    let installation = try await Self.synced()
    let folder = installation.folder.path("home")
    try await installation.done("export", "--all", "--output-dir", folder, "--format", "ndjson")
    #expect(try installation.folder.entries("home") == ["acme.ndjson", "globex.ndjson"])
    #expect(try installation.folder.mode("home/acme.ndjson") == 0o600)
  }

  @Test("explain speaks of record, keys, decision, history and nearest misses (R7)")
  func explain() async throws {
    let installation = try await Self.synced()
    let near = try await installation.done("explain", "acme", "MMUELLER")
    for words in ["is Not Matched", "differs only in accents", "'max.muller'", "tier 4", "M4, M5"] {
      #expect(near.contains(words), "\(words)")
    }
    let linked = try await installation.done("explain", "acme", "ACME\\edubois")
    for words in ["is Matched with 'elise.martin'", "smtp:elise.martin@acme.example", "run 1"] {
      #expect(linked.contains(words), "\(words)")
    }
    #expect(try await installation("explain", "globex", "jdoe").code == 66)
    #expect(try await installation("explain", "acme", "nobody").code == 66)
  }

  @Test("the review filters, counts everything, and survives a closed pipe (R1)")
  func review() async throws {
    let installation = try await Self.synced()
    let table = try await installation.done(
      "review", "acme", "--filter", "not-matched", "--limit", "3")
    #expect(table.contains("51 users, 31 matched, 20 not matched"))
    #expect(!table.contains("\u{202E}"))
    let states = try await installation.done(
      "review", "acme", "--row-state", "ambiguous", "--output", "json")
    #expect(states.contains("\"total\":51"))
    #expect(states.contains("hlee"))
    #expect(!states.contains("\"jsmith\""))
    let piped = try await installation.shell("\"$0\" review --all | head -n 1")
    #expect(!piped.errors.contains("tenantctl:"))
  }
}
