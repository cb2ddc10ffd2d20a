import Foundation
import Testing

/// The program as a user has it: the built executable, with folders of its own.
final class Installation {
  /// What a command answered.
  struct Answer {
    var code: Int32
    var output: String
    var errors: String
  }

  let folder: URL
  var tenants: URL { folder.appending(path: "tenants") }
  var state: URL { folder.appending(path: "state") }
  var environment: [String: String] = [:]

  /// The repository's top folder.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The executable that was built together with the tests.
  static let executable = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "tenantctl")

  /// - Parameter examples: true to begin with a copy of the example tenants.
  init(examples: Bool = false) throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "tenantctl-\(UUID().uuidString)")
    let manager = FileManager.default
    try manager.createDirectory(at: folder, withIntermediateDirectories: true)
    if examples {
      try manager.copyItem(at: Self.repository.appending(path: "tenants"), to: tenants)
    } else {
      try manager.createDirectory(at: tenants, withIntermediateDirectories: true)
    }
    // A clone made under umask 002 is group-writable, which is not what these tests are about (A4).
    for case let path as String in manager.enumerator(atPath: tenants.path) ?? .init() {
      try setMode(path.hasSuffix(".pem") ? 0o644 : 0o755, of: tenants.appending(path: path))
    }
    try setMode(0o755, of: tenants)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func setMode(_ mode: Int, of file: URL) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }

  func write(_ text: String, to path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
    try setMode(0o644, of: file)
  }

  func read(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  /// Starts a command; the caller waits for it.
  func start(_ words: [String], output: Any? = nil, errors: Any? = nil) throws -> Process {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment
      .merging(["TENANTCTL_TENANTS": tenants.path, "TENANTCTL_STATE": state.path]) { $1 }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output ?? FileHandle.nullDevice
    process.standardError = errors ?? FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs a command to its end.
  func run(_ words: String...) throws -> Answer { try run(words) }

  func run(_ words: [String]) throws -> Answer {
    let name = UUID().uuidString
    let (out, err) = (folder.appending(path: name + ".out"), folder.appending(path: name + ".err"))
    for file in [out, err] { try Data().write(to: file) }
    let process = try start(
      words, output: FileHandle(forWritingTo: out), errors: FileHandle(forWritingTo: err))
    process.waitUntilExit()
    defer { for file in [out, err] { try? FileManager.default.removeItem(at: file) } }
    return Answer(
      code: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
  }

  /// Runs a command that must succeed, and gives its answer.
  @discardableResult
  func done(_ words: String..., at location: SourceLocation = #_sourceLocation) throws -> String {
    let answer = try run(words)
    #expect(answer.code == 0, "\(words): \(answer.errors)", sourceLocation: location)
    return answer.output
  }

  /// A tenant's review as JSON, by login.
  func review(_ tenant: String) throws -> Review {
    try Review(
      JSONSerialization.jsonObject(with: Data(done("review", tenant, "--output", "json").utf8)))
  }

  /// Every file of the state folder with its bytes, locks left out.
  func stateContents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: state.path) ?? .init()
    where !path.hasSuffix(".lock") {
      contents[path] = FileManager.default.contents(atPath: state.appending(path: path).path)
    }
    return contents
  }
}

/// A review, as a script reads it.
struct Review {
  struct Row {
    var status: String
    var state: String
    var code: String
    var userName: String?
    var candidates: [String]
    var enabled: Bool
  }

  var rows: [String: Row] = [:]
  var vanished: [String: String] = [:]
  var unclaimed: [String] = []
  var findings: [(code: String, subject: String?)] = []
  var lastFailure: String?

  init(_ json: Any) throws {
    let document = try #require(json as? [String: Any])
    for user in try #require(document["users"] as? [[String: Any]]) {
      let reason = try #require(user["reason"] as? [String: Any])
      let key =
        user["activeDirectoryLogin"] as? String ?? user["distinguishedName"] as? String ?? ""
      rows[key] = Row(
        status: user["status"] as? String ?? "", state: user["state"] as? String ?? "",
        code: reason["code"] as? String ?? "",
        userName: (user["user"] as? [String: Any])?["userName"] as? String,
        candidates: reason["candidates"] as? [String] ?? [],
        enabled: user["enabled"] as? Bool ?? false)
    }
    for link in document["vanishedLinks"] as? [[String: Any]] ?? [] {
      vanished[link["userName"] as? String ?? ""] = link["state"] as? String
    }
    unclaimed = document["unclaimed"] as? [String] ?? []
    findings = (document["findings"] as? [[String: Any]] ?? []).map {
      ($0["code"] as? String ?? "", $0["subject"] as? String)
    }
    lastFailure = (document["lastFailure"] as? [String: Any])?["message"] as? String
  }
}
