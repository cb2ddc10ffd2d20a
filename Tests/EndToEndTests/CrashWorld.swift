import Foundation
import GRDB
import Harness
import Testing

/// An installation in which one command is run again and again from the same state.
final class CrashWorld: Sendable {
  let row: CrashRow
  let installation: RunTenantctl
  /// The database and the copy of it that is put back; nil if the store is in the state folder.
  private let database: CrashDatabase?

  /// Sets up the state before the command, and keeps a copy of it.
  init(_ row: CrashRow) async throws {
    self.row = row
    installation = try RunTenantctl.withExamples()
    database = try installation.store.map { try CrashDatabase(url: $0) }
    let users = installation.folder.path("tenants/users/acme-users.csv")
    try await installation.done("users", "import", "acme", users)
    for words in row.before {
      let answer = try await installation.run(words)
      try #require(answer.code == 0, "\(words): \(answer.errors)")
    }
    try row.prepare(installation)
    for name in ["state", "home"] { try copy(name, to: "kept/\(name)") }
    try database?.keep()
  }

  /// The installation's folder.
  var root: String { installation.folder.path("") }

  /// The tenant that the command is about.
  private var tenant: String { row.words.contains("globex") ? "globex" : "acme" }

  /// Puts back the state before the command.
  func reset() throws {
    for name in ["state", "home"] { try copy("kept/\(name)", to: name) }
    try database?.reset()
  }

  /// Lets the time pass after which a host that died no longer holds its tenants (H3); a file's lock ends with the
  /// process.
  func outliveLeases() throws { try database?.outliveLeases() }

  /// Runs the command.
  func run(_ shim: FaultShim? = nil) async throws -> RunTenantctl.Answer {
    let words = row.words.map { $0.replacing("HOME", with: installation.folder.path("home")) }
    return try await installation.start(words, environment: shim?.environment ?? [:]).answer()
  }

  /// Copies a folder of the installation in place of another.
  func copy(_ name: String, to other: String) throws {
    let files = FileManager.default
    let target = installation.folder.path(other)
    try? files.removeItem(atPath: target)
    guard files.fileExists(atPath: installation.folder.path(name)) else { return }
    try files.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try files.copyItem(atPath: installation.folder.path(name), toPath: target)
  }

  /// What SQLite says of the store, of which a copy is looked at so that nothing is repaired.
  func integrity() throws -> String {
    if let database { return try database.integrity() }
    try copy("state", to: "looked-at")
    let path = installation.folder.path("looked-at/tenants/\(tenant).sqlite")
    guard FileManager.default.fileExists(atPath: path) else { return "ok" }
    return try DatabaseQueue(path: path).read {
      try String.fetchAll($0, sql: "PRAGMA integrity_check").joined(separator: "\n")
    }
  }

  /// All files of the state, the output and the temporary folder, without those by which SQLite shares
  /// a store among processes: whoever reads it last may leave them, empty.
  func files() throws -> [String] {
    // Beside a database there may be no state folder.
    let folders = ["state", "home", "tmp"].filter {
      FileManager.default.fileExists(atPath: installation.folder.path($0))
    }
    return try folders.flatMap { name in
      try FileManager.default.subpathsOfDirectory(atPath: installation.folder.path(name)).map {
        "\(name)/\($0)"
      }
    }.filter { !$0.hasSuffix(".sqlite-wal") && !$0.hasSuffix(".sqlite-shm") }.sorted()
  }

  /// The audit's lines that are no JSON.
  func tornAuditLines() throws -> [Substring] {
    let text = (try? installation.read("state/audit.log")) ?? ""
    return text.split(separator: "\n").filter {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) == nil
    }
  }

  /// All that a person or a script can see.
  func view() async throws -> CrashView {
    async let review = installation.run(["review", tenant, "--output", "json"])
    async let users = installation.run(["users", "list", tenant])
    async let history = installation.run(["history", tenant, "--output", "json"])
    async let access = installation.run(["access", "list", tenant, "--output", "json"])
    let answers = [try await review, try await users, try await history, try await access]
    let output = (try? installation.read("home/acme.csv")) ?? "no export"
    return CrashView(
      answers: answers.map { "\($0.code)\n\($0.output)\($0.errors)" } + [output],
      folder: root)
  }
}

/// What is seen of a tenant: review, users, history, access, export.
struct CrashView: Equatable {
  /// As it was answered, but for the events in the history.
  let answers: [String]
  /// What the audit has of exports, sign-ins and changes of access: its line comes before the deed or after it, in another
  /// file, and so may be there without the other.
  private let eventLines: String
  private let folder: String

  init(answers: [String], folder: String) {
    var answers = answers
    (answers[2], eventLines) = Self.split(history: answers[2])
    self.answers = answers
    self.folder = folder
  }

  /// The events, without what is never the same twice.
  var events: String { Self.normal(eventLines, folder) }

  private static func split(history: String) -> (rest: String, events: String) {
    guard let start = history.firstIndex(of: "{"),
      var document = try? JSONSerialization.jsonObject(with: Data(history[start...].utf8))
        as? [String: Any],
      let events = document.removeValue(forKey: "events"),
      let data = try? JSONSerialization.data(withJSONObject: events, options: .sortedKeys),
      let rest = try? JSONSerialization.data(withJSONObject: document, options: .sortedKeys)
    else { return (history, "") }
    return (
      history[..<start] + String(decoding: rest, as: UTF8.self),
      String(decoding: data, as: UTF8.self)
    )
  }

  /// Without what is never the same twice.
  var normal: [String] { answers.map { Self.normal($0, folder) } }

  /// Without the record of runs: what is matched, and with what.
  var core: [String] {
    answers.indices.map { index in
      switch index {
      case 0: Self.normal(Self.rows(answers[0]), folder)
      case 2: ""
      default: Self.normal(answers[index], folder)
      }
    }
  }

  /// A text in which times, durations, secrets and the folder have names.
  static func normal(_ text: String, _ folder: String) -> String {
    var text = text.replacing(folder, with: "FOLDER/")
    text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME")
    text.replace(/"milliseconds": ?[0-9.e-]+/, with: "DURATION")
    text.replace(/\d+ ms/, with: "DURATION")
    text.replace(/\d+ \w+ ago/, with: "AGO")
    text.replace(/tct_[A-Za-z0-9_-]{43}/, with: "TOKEN")
    return text
  }

  private static func rows(_ answer: String) -> String {
    guard let start = answer.firstIndex(of: "{"),
      let document = try? JSONSerialization.jsonObject(with: Data(answer[start...].utf8))
        as? [String: Any],
      let rows = document["users"],
      let data = try? JSONSerialization.data(withJSONObject: rows, options: .sortedKeys)
    else { return answer }
    return String(decoding: data, as: UTF8.self)
  }
}
