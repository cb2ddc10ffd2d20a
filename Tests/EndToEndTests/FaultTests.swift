import Foundation
import Harness
import Testing

/// Exit codes, limits, and a machine that fails.
@Suite("Faults and limits", .timeLimit(.minutes(30)))
struct FaultTests {
  /// A tenant `big` with a generated directory file and users for all of them.
  static func big(_ count: Int) async throws -> RunTenantctl {
    let installation = try RunTenantctl()
    try installation.folder.write(
      """
      version: 1
      tenant: big
      directories:
        - { domain: BIG, source: csv, file: big.csv }
      access:
        roles:
          admin: [Administer Tenant, Administer Active Directory Authentication]
        assignments:
          - { fileOwner: true, roles: [admin] }

      """, to: "tenants/big.yaml")
    try write(count, to: installation)
    var users = "userName,windowsLogin\n"
    for number in 0..<count { users += "u\(number),BIG\\p\(number)\n" }
    try installation.folder.write(users, to: "users.csv")
    try await installation.done("users", "import", "big", installation.folder.path("users.csv"))
    return installation
  }

  static func write(_ count: Int, to installation: RunTenantctl, firstName: String = "F") throws {
    var rows = "DN,objectGUID,sAMAccountName,givenName\n"
    for number in 0..<count {
      let guid = "00000000-0000-4000-8000-" + String(format: "%012d", number + 1)
      rows += "\"CN=p\(number),DC=big\",\(guid),p\(number),\(firstName)\n"
    }
    try installation.folder.write(rows, to: "tenants/big.csv")
  }

  @Test("a run beyond the limits is refused with 65, in a dry run too, until it is allowed (T3)")
  func limits() async throws {
    let installation = try await Self.big(200)
    try await installation.done("sync", "big")
    try Self.write(150, to: installation)
    let before = try await installation.review("big").users.count
    let refused = try await installation("sync", "big")
    #expect(refused.code == 65)
    #expect(refused.errors.contains("limits.maxDrop (20%)"))
    #expect(try await installation("sync", "big", "--dry-run").code == 65)
    #expect(try await installation.review("big").users.count == before)
    try await installation.done("sync", "big", "--allow-large-change")
    #expect(try await installation.review("big").users.count == 150)
    try Self.write(150, to: installation, firstName: "G")
    #expect(try await installation("sync", "big").errors.contains("limits.maxUpdates (20%)"))
  }

  @Test("a directory without users is refused, however small (T3)")
  func emptied() async throws {
    let installation = try await Self.big(3)
    try await installation.done("sync", "big")
    try Self.write(0, to: installation)
    #expect(try await installation("sync", "big").code == 65)
  }

  @Test("usage, missing things and unwritable files have their exit codes")
  func exitCodes() async throws {
    let installation = try await ExampleTests.synced()
    let cases: [(Int32, [String])] = [
      (64, []), (64, ["sync"]), (64, ["sync", "acme", "--all"]), (64, ["sync", "acme", "--nope"]),
      (64, ["export", "--all"]), (64, ["export", "acme", "--format", "nope"]),
      (64, ["export", "acme", "--columns", "nope"]), (64, ["users", "edit", "acme", "fox"]),
      (64, ["review", "acme", "--row-state", "nope"]),
      (64, ["users", "import", "globex", "/nowhere.csv"]),
      (66, ["unlink", "acme", "nobody"]), (66, ["users", "show", "acme", "nobody"]),
      (66, ["plugins", "show", "nope"]), (74, ["export", "acme", "--output", "/nowhere/x.csv"]),
      (78, ["users", "import", "acme", "/nowhere.csv"]), (0, ["plugins", "list"]),
      (0, ["plugins", "show", "smtp"]), (0, ["--help"]), (0, ["--version"]),
      (0, ["test-connection", "globex"]), (0, ["--log-level", "debug", "tenants", "list"]),
    ]
    for (code, words) in cases where !words.isEmpty {
      #expect(try await installation.run(words).code == code, "\(words)")
    }
    #expect(try await installation("users", "import", "acme", "/nowhere.csv", "--quiet").code == 78)
    let fresh = try RunTenantctl.withExamples()
    #expect(try await fresh("review", "acme").code == 75)
  }

  @Test("a full disk under an export is 74, and leaves no partial file")
  func fullDisk() async throws {
    let installation = try await ExampleTests.synced()
    let full = try await installation.shell("\"$0\" export acme > /dev/full")
    #expect(full.code == 74)
    let target = installation.folder.path("nowhere/acme.csv")
    #expect(try await installation("export", "acme", "--output", target).code == 74)
    #expect(try installation.folder.entries("home") == [])
  }

  @Test("no configured directory is said so, not shown as an empty table (R6)")
  func noDirectory() async throws {
    let installation = try RunTenantctl()
    try installation.folder.write(
      """
      version: 1
      tenant: empty
      access:
        roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
        assignments: [{ fileOwner: true, roles: [admin] }]

      """, to: "tenants/empty.yaml")
    for command in [["review", "empty"], ["sync", "empty"], ["test-connection", "empty"]] {
      let answer = try await installation.run(command)
      #expect(answer.code == 78, "\(command)")
      #expect(answer.errors.contains("directories:"), "\(command): \(answer.errors)")
    }
  }

  @Test("a second run at once is refused, naming who runs (T1)")
  func twoRuns() async throws {
    let installation = try await Self.big(3_000)
    // Whichever comes second is refused, or comes after the first is done.
    var refused = 0
    for _ in 0..<10 where refused == 0 {
      let first = try installation.start(["sync", "big"])
      let second = try installation.start(["sync", "big"])
      for answer in [try await first.answer(), try await second.answer()] {
        #expect(answer.code == 0 || answer.code == 75, "\(answer)")
        guard answer.code == 75 else { continue }
        refused += 1
        #expect(answer.errors.contains(NSUserName()))
      }
    }
    #expect(refused > 0)
  }
}
