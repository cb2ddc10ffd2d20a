import Foundation
import Harness
import Testing

/// What `store copy --output json` says of a tenant.
struct CopiedDocument: Decodable, Sendable {
  struct Table: Decodable, Sendable {
    var name: String
    var rows: Int
  }
  var tenant: String
  var from: String
  var to: String
  var tables: [Table]
  var digest: String

  func rows(_ table: String) -> Int? { tables.first { $0.name == table }?.rows }
}

/// What `store check --output json` says.
struct CheckedDocument: Decodable, Sendable {
  struct Finding: Decodable, Sendable {
    var subject: String
    var found: String
    var remedy: String?
    var needsPreparation: Bool
  }
  var store: String
  var findings: [Finding]
  var isFine: Bool

  func finding(_ subject: String) -> Finding? { findings.first { $0.subject == subject } }

  var problems: [String] { findings.filter { $0.remedy != nil }.map(\.subject) }
}

extension RunTenantctl {
  /// The store of this installation as `--from` takes it.
  var storeURL: String { store ?? "sqlite:\(folder.path("state"))" }

  func copied(_ words: String...) async throws -> CopiedDocument {
    let answer = try await run(["store", "copy", "--output", "json"] + words)
    guard answer.code == 0 else { throw CommandFailed(description: answer.errors + answer.output) }
    return try JSONDecoder().decode(CopiedDocument.self, from: Data(answer.output.utf8))
  }

  func checked(_ words: String...) async throws -> CheckedDocument {
    let answer = try await run(["store", "check", "--output", "json"] + words)
    guard answer.code == 0 || answer.code == 74 else {
      throw CommandFailed(description: answer.errors)
    }
    return try JSONDecoder().decode(CheckedDocument.self, from: Data(answer.output.utf8))
  }

  /// The example tenants with a history: users, runs, links by hand, and of `acme` a signed review with a key.
  static func withHistory(_ engine: TestEngine? = .sqlite) async throws -> RunTenantctl {
    let installation = try RunTenantctl(engine: engine)
    try installation.addExamples()
    let users = installation.folder.path("tenants/users/acme-users.csv")
    try await installation.done("users", "import", "acme", users)
    try await installation.done("sync", "--all")
    try await installation.done("link", "acme", "ivolkov", "fox")
    try await installation.done("unlink", "acme", "bdavis", "--reason", "left")
    try await installation.done("reviews", "key", "acme")
    try await installation.done("reviews", "open", "acme")
    try await installation.done(
      "reviews", "decide", "acme", "svc-backup", "--exception", "--note", "service account")
    try await installation.done(
      "reviews", "sign", "acme", "--statement", "seen", "--allow-undecided")
    try await installation.done(
      "reviews", "evidence", "acme", "1", "--output", installation.folder.path("home/review.zip"))
    try await installation.done("reviews", "open", "acme")
    return installation
  }

  /// What a store shows of a tenant, in all detail, and by way of every table.
  func everything(_ tenant: String, store: String) async throws -> [String] {
    var answers: [String] = []
    for words in [
      ["review", tenant, "--output", "json"], ["history", tenant],
      ["users", "list", tenant], ["reviews", "list", tenant, "--output", "json"],
      ["export", tenant, "--format", "csv"], ["explain", tenant, "jsmith"],
    ] {
      let answer = try await run(words + ["--store", store])
      guard answer.code == 0 || words[0] == "explain" else {
        throw CommandFailed(description: "\(words): \(answer.errors)")
      }
      // An export and a copy are themselves events.
      let lines = answer.output.split(separator: "\n").filter {
        !$0.contains("  export: ") && !$0.contains("  store copy: ") && $0 != "  none"
      }
      answers.append(lines.joined(separator: "\n"))
    }
    return answers
  }
}

@Suite("Stores in folders are prepared, checked and copied", .timeLimit(.minutes(10)))
struct StoreFolderTests {
  @Test("A tenant is copied whole, to the byte, and the place where it was refuses to be written")
  func copy() async throws {
    let installation = try await RunTenantctl.withHistory()
    let (here, there) = (installation.storeURL, "sqlite:\(installation.folder.path("there"))")
    let before = try await installation.everything("acme", store: here)
    let copied = try await installation.copied("acme", "--from", here, "--to", there)
    #expect(copied.rows("users") ?? 0 > 20 && copied.rows("reviews") == 2)
    #expect(copied.digest.count == 64)
    #expect(try await installation.everything("acme", store: there) == before)

    for words in [
      ["sync", "acme"], ["unlink", "acme", "jsmith"],
      ["users", "edit", "acme", "fox", "--email", ""],
      ["reviews", "decide", "acme", "--confirmed", "hlee"],
      ["reviews", "abandon", "acme"], ["access", "token", "acme", "nightly"],
    ] {
      let answer = try await installation.run(words)
      #expect(answer.code == 74, "\(words): \(answer.errors)")
      #expect(answer.errors.contains("tenant 'acme' has moved to \(there)"), "\(answer.errors)")
    }
    // What is left is still read, and the other tenants are where they were.
    #expect(try await installation.everything("acme", store: here) == before)
    try await installation.done("sync", "globex")
    try await installation.done("sync", "acme", "--store", there)
    let verified = try await installation.done(
      "reviews", "verify", installation.folder.path("home/review.zip"), "--store", there)
    #expect(verified.contains("it agrees with the store"))

    let events = try await installation.done("history", "acme")
    #expect(events.contains("store copy") && events.contains(copied.digest))
  }

  @Test(
    "Copied there and back, all is the same; what is left where it came from is replaced if asked")
  func thereAndBack() async throws {
    let installation = try await RunTenantctl.withHistory()
    let (here, there) = (installation.storeURL, "sqlite:\(installation.folder.path("there"))")
    let first = try await installation.copied("acme", "--from", here, "--to", there)
    let refused = try await installation("store", "copy", "acme", "--from", there, "--to", here)
    #expect(refused.code == 66)
    #expect(refused.errors.contains("as it was when it moved to \(there)"))
    #expect(refused.errors.contains("--replace-moved"))
    let back = try await installation.copied(
      "acme", "--from", there, "--to", here, "--replace-moved")
    #expect(back.digest == first.digest)
    try await installation.done("sync", "acme")
    let again = try await installation("sync", "acme", "--store", there)
    #expect(again.code == 74 && again.errors.contains("has moved to \(here)"))
  }

  @Test("What is there already is refused, and left as it was; so is what is not there")
  func refused() async throws {
    let installation = try await RunTenantctl.withHistory()
    let (here, there) = (installation.storeURL, "sqlite:\(installation.folder.path("there"))")
    try await installation.done("sync", "globex", "--store", there)
    let before = try await installation.everything("globex", store: there)
    let taken = try await installation("store", "copy", "globex", "--from", here, "--to", there)
    #expect(taken.code == 66 && taken.errors.contains("has a tenant 'globex' already"))
    #expect(try await installation.everything("globex", store: there) == before)
    try await installation.done("sync", "globex")

    let empty = "sqlite:\(installation.folder.path("nothing"))"
    let missing = try await installation("store", "copy", "acme", "--from", empty, "--to", there)
    #expect(missing.code == 66 && missing.errors.contains("there is no tenant 'acme' in \(empty)"))
    #expect(!FileManager.default.fileExists(atPath: installation.folder.path("nothing")))
    let same = try await installation("store", "copy", "acme", "--from", here, "--to", here)
    #expect(same.code == 64)

    _ = try await installation.copied("acme", "--from", here, "--to", there)
    let moved = try await installation("store", "copy", "acme", "--from", here, "--to", empty)
    #expect(moved.code == 74 && moved.errors.contains("has moved to \(there)"))
  }

  @Test(
    "Without names all tenants are copied that the source has; a second time nothing is left to do")
  func all() async throws {
    let installation = try await RunTenantctl.withHistory()
    let (here, there) = (installation.storeURL, "sqlite:\(installation.folder.path("there"))")
    try installation.addTenant("never-synced", ldif: nil)
    _ = try await installation.copied("globex", "--from", here, "--to", there)
    let rest = try await installation("store", "copy", "--from", here, "--to", there)
    #expect(rest.code == 0, "\(rest.errors)")
    #expect(rest.output.contains("acme: ") && !rest.output.contains("never-synced"))
    #expect(rest.errors.contains("globex: moved to \(there) already"))
    let again = try await installation(
      "store", "copy", "--from", here, "--to", there, "--output", "json")
    #expect(again.code == 0 && again.output == "[]\n")
  }

  @Test("T1: while a run is under way nothing is copied")
  func running() async throws {
    let installation = try await RunTenantctl.withHistory()
    let lock = installation.folder.path("state/tenants/acme.lock")
    let answer = try await installation.shell(
      """
      exec 9<>'\(lock)'; flock 9
      "$0" store copy acme --from \(installation.storeURL) --to sqlite:there
      """, in: "/bin/bash")
    #expect(answer.code == 75)
    #expect(answer.errors.contains("another run for tenant 'acme' is under way"))
  }

  @Test("A1: somebody who may not administer the tenant copies nothing")
  func permission() async throws {
    let installation = try await RunTenantctl.withHistory()
    let answer = try await installation(
      "store", "copy", "unknown", "--from", installation.storeURL, "--to", "sqlite:there")
    #expect(answer.code == 77)
  }

  @Test("init makes the folder, and again finds it; check says what is wrong")
  func initAndCheck() async throws {
    let installation = try RunTenantctl(engine: .sqlite)
    #expect(try await installation.checked().isFine)
    let made = try await installation.done("store", "init")
    #expect(made.contains("made, for its owner only"))
    #expect(try installation.folder.mode("state") == 0o700)
    #expect(try await installation.done("store", "init").contains("was there"))
    let roles = try await installation("store", "init", "--program-role", "x")
    #expect(roles.code == 64)

    try installation.addExamples()
    try await installation.done("sync", "globex")
    #expect(try await installation.checked().isFine)
    for name in ["globex.sqlite", "globex.sqlite-wal", "globex.sqlite-shm"] {
      try? FileManager.default.removeItem(atPath: installation.folder.path("state/tenants/\(name)"))
    }
    let lost = try await installation("store", "check")
    #expect(lost.code == 74 && lost.output.contains("is missing, but tenant 'globex' had one"))
    #expect(lost.errors.contains("1 thing is not as it should be"))
  }

  @Test("--store and --state name one folder, or the words are refused")
  func words() async throws {
    let installation = try await RunTenantctl.withHistory()
    let other = installation.folder.path("other")
    let two = try await installation("overview", "--state", other, "--store", "sqlite:/nowhere")
    #expect(two.code == 64 && two.errors.contains("two folders"))
    let password = try await installation("overview", "--store", "postgresql://me:S3cret@h/t")
    #expect(password.code == 64 && !password.errors.contains("S3cret"))
    #expect(password.errors.contains("holds a password"))
    let variable = try await installation(
      "overview", environment: ["TENANTCTL_STORE": "mongodb://h/t"])
    #expect(variable.code == 64 && variable.errors.contains("no kind of store named 'mongodb'"))
  }
}
