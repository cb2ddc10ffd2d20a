import Foundation
import Testing

/// Exit codes, limits, and a machine that fails.
@Suite("Faults and limits")
struct FaultTests {
  /// A tenant `big` with a generated directory file and users for all of them.
  static func big(_ count: Int) throws -> Installation {
    let installation = try Installation()
    try installation.write(
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
    try installation.write(users, to: "users.csv")
    try installation.done("users", "import", "big", installation.folder.path + "/users.csv")
    return installation
  }

  static func write(_ count: Int, to installation: Installation, firstName: String = "F") throws {
    var rows = "DN,objectGUID,sAMAccountName,givenName\n"
    for number in 0..<count {
      let guid = "00000000-0000-4000-8000-" + String(format: "%012d", number + 1)
      rows += "\"CN=p\(number),DC=big\",\(guid),p\(number),\(firstName)\n"
    }
    try installation.write(rows, to: "tenants/big.csv")
  }

  @Test("a run beyond the limits is refused with 65, in a dry run too, until it is allowed (T3)")
  func limits() throws {
    let installation = try Self.big(200)
    try installation.done("sync", "big")
    try Self.write(150, to: installation)
    let before = try installation.review("big").rows.count
    let refused = try installation.run("sync", "big")
    #expect(refused.code == 65)
    #expect(refused.errors.contains("limits.maxDrop (20%)"))
    #expect(try installation.run("sync", "big", "--dry-run").code == 65)
    #expect(try installation.review("big").rows.count == before)
    try installation.done("sync", "big", "--allow-large-change")
    #expect(try installation.review("big").rows.count == 150)
    try Self.write(150, to: installation, firstName: "G")
    #expect(try installation.run("sync", "big").errors.contains("limits.maxUpdates (20%)"))
  }

  @Test("a directory without users is refused, however small (T3)")
  func emptied() throws {
    let installation = try Self.big(3)
    try installation.done("sync", "big")
    try Self.write(0, to: installation)
    #expect(try installation.run("sync", "big").code == 65)
  }

  @Test("usage, missing things and unwritable files have their exit codes")
  func exitCodes() throws {
    let installation = try ExampleTests.synced()
    let cases: [(Int32, [String])] = [
      (64, []), (64, ["sync"]), (64, ["sync", "acme", "--all"]), (64, ["sync", "acme", "--nope"]),
      (64, ["export", "--all"]), (64, ["export", "acme", "--format", "nope"]),
      (64, ["export", "acme", "--columns", "nope"]), (64, ["review", "acme", "--state", "nope"]),
      (64, ["users", "edit", "acme", "fox"]),
      (64, ["users", "import", "globex", "/nowhere.csv"]),
      (66, ["unlink", "acme", "nobody"]), (66, ["users", "show", "acme", "nobody"]),
      (66, ["plugins", "show", "nope"]), (74, ["export", "acme", "--output", "/nowhere/x.csv"]),
      (78, ["users", "import", "acme", "/nowhere.csv"]), (0, ["plugins", "list"]),
      (0, ["plugins", "show", "smtp"]), (0, ["--help"]), (0, ["--version"]),
      (0, ["test-connection", "globex"]), (0, ["--log-level", "debug", "tenants", "list"]),
    ]
    for (code, words) in cases where !words.isEmpty {
      #expect(try installation.run(words).code == code, "\(words)")
    }
    #expect(try installation.run("users", "import", "acme", "/nowhere.csv", "--quiet").code == 78)
    #expect(try Installation(examples: true).run("review", "acme").code == 75)
  }

  @Test("a full disk under an export is 74, and leaves no partial file")
  func fullDisk() throws {
    let installation = try ExampleTests.synced()
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let process = try installation.start(["export", "acme"], output: full)
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
    let target = installation.folder.appending(path: "no/where.csv").path
    #expect(try installation.run("export", "acme", "--output", target).code == 74)
    let left = try FileManager.default.contentsOfDirectory(atPath: installation.folder.path)
    #expect(!left.contains { $0.hasSuffix(".partial") })
  }

  @Test("no configured directory is said so, not shown as an empty table (R6)")
  func noDirectory() throws {
    let installation = try Installation()
    try installation.write(
      """
      version: 1
      tenant: empty
      access:
        roles: { admin: [Administer Tenant, Administer Active Directory Authentication] }
        assignments: [{ fileOwner: true, roles: [admin] }]

      """, to: "tenants/empty.yaml")
    for command in [["review", "empty"], ["sync", "empty"], ["test-connection", "empty"]] {
      let answer = try installation.run(command)
      #expect(answer.code == 78, "\(command)")
      #expect(answer.errors.contains("directories:"), "\(command): \(answer.errors)")
    }
  }

  @Test("killed at any instant, the store holds the run before or the run after (T4)")
  func killed() throws {
    let installation = try Self.big(3_000)
    try installation.done("sync", "big")
    var random = SystemRandomNumberGenerator()
    var name = "F"
    for round in 0..<30 {
      let next = round.isMultiple(of: 2) ? "G" : "H"
      try Self.write(3_000, to: installation, firstName: next)
      let process = try installation.start(["sync", "big", "--allow-large-change"])
      Thread.sleep(forTimeInterval: Double.random(in: 0.0...0.4, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let list = try installation.done("users", "list", "big")
      let counts = [name, next].map { value in
        list.components(separatedBy: "\n").filter { $0.contains("  \(value)  ") }.count
      }
      #expect(counts.contains(3_000) && counts.reduce(0, +) == 3_000, "round \(round): \(counts)")
      if counts[1] == 3_000 { name = next }
    }
    try installation.done("sync", "big", "--allow-large-change")
  }

  @Test("a second run at once is refused, naming who runs (T1)")
  func twoRuns() throws {
    let installation = try Self.big(3_000)
    // Whichever comes second is refused, or comes after the first is done.
    var refused = 0
    for _ in 0..<10 where refused == 0 {
      let errors = Pipe()
      let first = try installation.start(["sync", "big"])
      let second = try installation.start(["sync", "big"], errors: errors)
      first.waitUntilExit()
      second.waitUntilExit()
      let text = String(
        decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      let codes = [first.terminationStatus, second.terminationStatus]
      #expect(codes.allSatisfy { $0 == 0 || $0 == 75 }, "\(codes) \(text)")
      if codes.contains(75) { refused += 1 }
      if second.terminationStatus == 75 { #expect(text.contains("run")) }
    }
    #expect(refused > 0)
  }

  @Test("an interrupted run exits 130 and writes nothing")
  func interrupted() throws {
    let installation = try Self.big(3_000)
    let before = try installation.done("users", "list", "big")
    let process = try installation.start(["sync", "big"])
    kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    // The signal may come before the program listens for it, or after the run.
    if process.terminationReason == .exit && process.terminationStatus == 130 {
      #expect(try installation.done("users", "list", "big") == before)
    }
  }
}
