package import Foundation

/// Runs the built program as a user would, with folders of its own: nothing of the person who runs
/// the tests is read or written.
package final class RunTenantctl: Sendable {
  /// What a run gave.
  package struct Answer: Sendable {
    package var output: String
    package var errors: String
    package var code: Int32

    /// The lines of standard output.
    package var lines: [Substring] { output.split(separator: "\n") }
  }

  /// Holds `home`, `state`, `tenants`, `tmp` and whatever a test writes.
  package let folder: TemporaryFolder
  /// The folder of outside plugins, if there is one.
  private let plugins: String?
  /// The URL of the database in which the programs store; nil for the state folder.
  package let store: String?

  /// Makes the folders, without a tenant.
  ///
  /// - Parameters:
  ///   - engine: what the programs store in: the state folder, or a new database that is ready for them.
  ///   - store: the URL of a database that is there, instead.
  package init(
    plugins: String? = nil, engine: TestEngine? = .current, store: String? = nil
  ) throws {
    self.plugins = plugins
    if let store {
      self.store = store
    } else {
      self.store = try Self.newStore(engine)
    }
    folder = try TemporaryFolder()
    for name in ["home", "tenants", "answers", "tmp"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
    }
  }

  /// A new database, as a URL; nil for SQLite.
  private static func newStore(_ engine: TestEngine?) throws -> String? {
    guard let engine else {
      throw CommandFailed(description: "TENANTCTL_TEST_STORE names no engine")
    }
    guard engine == .postgresql else { return nil }
    let cluster = try PostgresCluster()
    return try cluster.url(of: cluster.database())
  }

  /// The repository's top folder.
  package static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The program beside the test bundle; the running executable is the bundle itself.
  package static let program: URL = {
    let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: bundle ?? "").deletingLastPathComponent().appending(path: "tenantctl")
  }()

  /// The program with the example tenants.
  package static func withExamples() throws -> RunTenantctl {
    let tenantctl = try RunTenantctl()
    try tenantctl.addExamples()
    return tenantctl
  }

  /// Puts the repository's example tenants with all their files into the tenants folder.
  package func addExamples() throws {
    let examples = Self.repository.appending(path: "tenants").path
    for name in try FileManager.default.subpathsOfDirectory(atPath: examples).sorted()
    where !name.hasPrefix(".") {
      let copy = folder.path("tenants/\(name)")
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(examples)/\(name)", isDirectory: &isFolder)
      if isFolder.boolValue {
        try FileManager.default.createDirectory(
          atPath: copy, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      } else {
        try folder.write(
          String(contentsOfFile: "\(examples)/\(name)", encoding: .utf8), to: "tenants/\(name)")
      }
    }
  }

  /// Adds a tenant with one LDIF directory, of which the file's owner is the administrator.
  ///
  /// - Parameter extra: more sections, as they stand in the file.
  package func addTenant(_ name: String, ldif: String?, extra: String = "") throws {
    let directories =
      ldif == nil
      ? "" : "directories:\n  - { domain: ACME, source: ldif, file: \(name).ldif }\n"
    if let ldif { try folder.write(ldif, to: "tenants/\(name).ldif") }
    try addTenantFile(
      name,
      """
      version: 1
      tenant: \(name)
      \(directories)\(extra)
      access:
        roles:
          admin: [Administer Tenant, Administer Active Directory Authentication]
        assignments:
          - { fileOwner: true, roles: [admin] }
      """)
  }

  /// Adds a tenant file as it is.
  package func addTenantFile(_ name: String, _ text: String) throws {
    try folder.write(text, to: "tenants/\(name).yaml")
  }

  /// Runs the program to its end.
  package func callAsFunction(
    _ words: String..., environment: [String: String] = [:]
  ) async throws -> Answer {
    try await start(words, environment: environment).answer()
  }

  /// Runs the program to its end.
  package func run(_ words: [String]) async throws -> Answer { try await start(words).answer() }

  /// Runs a shell command in which `$0` is the program.
  package func shell(_ command: String, in shell: String = "/bin/sh") async throws -> Answer {
    try await start(["-c", command, Self.program.path], program: URL(filePath: shell)).answer()
  }

  /// Starts the program and does not wait.
  package func start(
    _ words: [String], program: URL = program, environment: [String: String] = [:]
  ) throws -> Started {
    let name = "answers/\(UUID().uuidString)"
    let process = Process()
    process.executableURL = program
    process.arguments = words
    process.currentDirectoryURL = URL(filePath: folder.path("home"))
    process.environment = [
      "HOME": folder.path("home"), "PATH": "/usr/bin:/bin", "TMPDIR": folder.path("tmp"),
      "TENANTCTL_STATE": folder.path("state"), "TENANTCTL_TENANTS": folder.path("tenants"),
      "TENANTCTL_PLUGINS": plugins ?? "",
    ].merging(store.map { ["TENANTCTL_STORE": $0] } ?? [:]) { $1 }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let handles = [try handle("\(name).out"), try handle("\(name).err")]
    // The program has copies; those that stay open here would add up over the tests.
    defer { for handle in handles { try? handle.close() } }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    let ended = AsyncStream<Int32>.makeStream()
    process.terminationHandler = {
      ended.continuation.yield(
        $0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus)
      ended.continuation.finish()
    }
    try process.run()
    return Started(
      id: process.processIdentifier, ended: ended.stream, output: folder.path("\(name).out"),
      errors: folder.path("\(name).err"))
  }

  /// A file, not a pipe: nobody need read it while the program runs.
  private func handle(_ name: String) throws -> FileHandle {
    try folder.write("", to: name)
    return try FileHandle(forWritingTo: URL(filePath: folder.path(name)))
  }

  /// A program that was started.
  package struct Started: Sendable {
    package let id: Int32
    let ended: AsyncStream<Int32>
    let output: String
    let errors: String
  }
}

extension RunTenantctl.Started {
  /// Waits for the end; a signal's number is negative. A test that is cancelled, because its time is
  /// over, ends the program and gets no answer.
  package func answer() async throws -> RunTenantctl.Answer {
    var code: Int32?
    for await value in ended { code = value }
    guard let code else {
      guard Task.isCancelled else { throw CommandFailed(description: "its end is known already") }
      kill(id, SIGKILL)
      throw CancellationError()
    }
    return RunTenantctl.Answer(
      output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8), code: code)
  }
}
