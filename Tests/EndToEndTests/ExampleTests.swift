import Foundation
import Testing

/// The example tenants, and the table of tenants/README.md.
@Suite("The example tenants run as they are")
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
    let file = Installation.repository.appending(path: "tenants/README.md")
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

  static func synced() throws -> Installation {
    let installation = try Installation(examples: true)
    let users = installation.tenants.appending(path: "users/acme-users.csv").path
    try installation.done("users", "import", "acme", users)
    try installation.done("sync", "--all")
    return installation
  }

  @Test("every user of tenants/README.md has the state and reason that it says (M4 to M15)")
  func table() throws {
    let installation = try Self.synced()
    #expect(Self.lines.count > 50)
    for tenant in ["acme", "globex"] {
      let review = try installation.review(tenant)
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
  func secondRun() throws {
    let installation = try Self.synced()
    let check = try installation.run("sync", "--all", "--check")
    #expect(check.code == 0)
    try installation.done("sync", "acme")
    let review = try installation.review("acme")
    #expect(review.rows.values.filter { $0.state == "linked" }.count == 31)
    #expect(!review.rows.values.contains { $0.state == "found" })
  }

  @Test("a preview says what a run does, and writes nothing (S6)")
  func preview() throws {
    let installation = try Installation(examples: true)
    let users = installation.tenants.appending(path: "users/acme-users.csv").path
    try installation.done("users", "import", "acme", users)
    let before = try installation.stateContents()
    #expect(try installation.done("sync", "acme", "--dry-run").contains("31 new links"))
    #expect(try installation.run("sync", "acme", "--check").code == 1)
    _ = try installation.done("review", "acme", "--live")
    #expect(try installation.stateContents() == before)
    #expect(try installation.done("sync", "acme").contains("31 new links"))
  }

  @Test("the CSV holds all users whatever a review is filtered by, in the page's columns (R2, R5)")
  func csv() throws {
    let installation = try Self.synced()
    let csv = try installation.done("export", "acme")
    let lines = csv.components(separatedBy: "\r\n")
    #expect(lines.first == "Active Directory Login,SMTP Address,Status")
    #expect(lines.count == 51 + 2)
    #expect(lines.contains("jsmith,john.smith@acme.example,Matched"))
    #expect(csv.contains("'-zdash,\"'=HYPERLINK("))
    #expect(try installation.done("export", "acme", "--exact").contains("-zdash,\"=HYPERLINK("))
    #expect(try installation.done("export", "acme") == csv)
  }

  @Test("exports to a folder are whole, private files, one a tenant")
  func exportFolder() throws {
    let installation = try Self.synced()
    let folder = installation.folder.appending(path: "out")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try installation.done("export", "--all", "--output-dir", folder.path, "--format", "ndjson")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["acme.ndjson", "globex.ndjson"])
    let attributes = try FileManager.default.attributesOfItem(
      atPath: folder.appending(path: "acme.ndjson").path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("explain speaks of record, keys, decision, history and nearest misses (R7)")
  func explain() throws {
    let installation = try Self.synced()
    let near = try installation.done("explain", "acme", "MMUELLER")
    for words in ["is Not Matched", "differs only in accents", "'max.muller'", "tier 4", "M4, M5"] {
      #expect(near.contains(words), "\(words)")
    }
    let linked = try installation.done("explain", "acme", "ACME\\edubois")
    for words in ["is Matched with 'elise.martin'", "smtp:elise.martin@acme.example", "run 1"] {
      #expect(linked.contains(words), "\(words)")
    }
    #expect(try installation.run("explain", "globex", "jdoe").code == 66)
    #expect(try installation.run("explain", "acme", "nobody").code == 66)
  }

  @Test("the review filters, counts everything, and survives a closed pipe (R1)")
  func review() throws {
    let installation = try Self.synced()
    let table = try installation.done("review", "acme", "--filter", "not-matched", "--limit", "3")
    #expect(table.contains("51 users, 31 matched, 20 not matched"))
    #expect(!table.contains("\u{202E}"))
    let states = try installation.done("review", "acme", "--state", "ambiguous", "--output", "json")
    #expect(states.contains("\"total\":51"))
    #expect(states.contains("hlee"))
    #expect(!states.contains("\"jsmith\""))
    let pipe = Pipe()
    let errors = Pipe()
    let process = try installation.start(["review", "--all"], output: pipe, errors: errors)
    try pipe.fileHandleForReading.close()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    let said = try errors.fileHandleForReading.readToEnd() ?? Data()
    #expect(String(decoding: said, as: UTF8.self) == "")
  }
}
