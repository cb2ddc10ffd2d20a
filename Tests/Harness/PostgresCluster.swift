import Foundation
import Synchronization

/// The PostgreSQL cluster of `Scripts/with-postgresql`. Without it a test fails, and says how to start it; it is
/// never skipped.
package struct PostgresCluster: Sendable {
  package struct NotRunning: Error, CustomStringConvertible {
    package var variable: String
    package var description: String {
      "\(variable) is not set: run these tests as 'Scripts/with-postgresql swift test --filter …'"
    }
  }

  private var variables: [String: String]

  /// Takes the cluster that a process has in its environment.
  package init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let first = "TENANTCTL_TEST_POSTGRES"
    guard environment[first] == "1" else { throw NotRunning(variable: first) }
    variables = environment.filter { $0.key.hasPrefix(first) }
  }

  /// What the script says, by the name behind `TENANTCTL_TEST_POSTGRES_`.
  package func value(_ name: String) throws -> String {
    let variable = "TENANTCTL_TEST_POSTGRES_" + name
    guard let value = variables[variable], !value.isEmpty else {
      throw NotRunning(variable: variable)
    }
    return value
  }

  /// The same roles and databases at another server, through its socket.
  package func at(socket: String) throws -> PostgresCluster {
    var other = self
    other.variables["TENANTCTL_TEST_POSTGRES_SOCKET"] = socket
    return other
  }

  /// What the programs' role is called after `store init`.
  package static let role = "tenantctl"

  /// The URL of a database over the socket, which asks for no password.
  ///
  /// - Parameter socket: another folder in which there is a socket of that port, such as a relay's.
  package func url(
    of database: String, as role: String = role, socket: String? = nil
  ) throws -> String {
    let folder = try socket ?? value("SOCKET")
    return "postgresql://\(role)@/\(database)?host=\(folder)&port=\(try value("PORT"))"
  }

  /// Runs SQL as the superuser, and returns what it prints: a line for each row, columns with `|` between.
  @discardableResult
  package func run(_ sql: String, in database: String = "postgres") throws -> String {
    try Self.run(
      "\(value("BIN"))/psql",
      [
        "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url(of: database, as: "postgres"),
        "-c", sql,
      ])
  }

  /// Stops, kills, starts or restarts the server. Whoever does that has a cluster of its own: see ``OwnCluster``.
  package func control(_ word: String) throws { _ = try Self.run(value("CONTROL"), [word]) }

  /// Makes a database that is ready for the programs, as `store init` leaves one.
  ///
  /// - Returns: its name.
  package func database() throws -> String {
    let template = try template()
    let name = Self.name("ready")
    try run("CREATE DATABASE \(name) OWNER \(value("OWNER")) TEMPLATE \(template)")
    // Who may connect is not copied.
    try run("REVOKE CONNECT ON DATABASE \(name) FROM PUBLIC")
    try run("GRANT CONNECT ON DATABASE \(name) TO tenantctl")
    return name
  }

  /// Makes an empty database of the role that may run `store init`.
  ///
  /// - Returns: its name.
  package func emptyDatabase() throws -> String {
    let name = Self.name("empty")
    try run("CREATE DATABASE \(name) OWNER \(value("OWNER"))")
    return name
  }

  private static func name(_ kind: String) -> String {
    "\(kind)_\(UUID().uuidString.filter { $0 != "-" }.lowercased())"
  }

  /// The database of this cluster that others are copied from, made once in each process.
  private func template() throws -> String {
    let folder = try value("FOLDER")
    return try Self.templates.withLock { templates in
      if let name = templates[folder] { return name }
      let name = try emptyDatabase()
      let owner = try url(of: name, as: value("OWNER"))
      _ = try Self.run(RunTenantctl.program.path, ["store", "init", "--store", owner])
      templates[folder] = name
      return name
    }
  }

  private static let templates = Mutex<[String: String]>([:])

  private static func run(_ program: String, _ words: [String]) throws -> String {
    let folder = try TemporaryFolder()
    for name in ["out", "err"] { try folder.write("", to: name) }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = words
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": folder.path("")]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder.path("out")))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: folder.path("err")))
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let said = try String(contentsOfFile: folder.path("err"), encoding: .utf8)
      throw CommandFailed(
        description: "\(program) \(words) ended with \(process.terminationStatus): \(said)")
    }
    let printed = try String(contentsOfFile: folder.path("out"), encoding: .utf8)
    return printed.hasSuffix("\n") ? String(printed.dropLast()) : printed
  }
}

/// A cluster of a test's own, which it may stop: it ends with the value.
package final class OwnCluster: Sendable {
  /// The cluster.
  package let cluster: PostgresCluster
  private let process: Process
  private let input: Pipe

  /// Starts it, and waits until it answers.
  package init() async throws {
    process = Process()
    process.executableURL = RunTenantctl.repository.appending(path: "Scripts/with-postgresql")
    process.arguments = [
      "/bin/sh", "-c", "env | grep ^TENANTCTL_TEST_POSTGRES; echo ready; cat > /dev/null",
    ]
    process.environment = ProcessInfo.processInfo.environment
    input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let lines = try await Task.detached {
      var text = ""
      while !text.hasSuffix("ready\n") {
        let part = output.fileHandleForReading.availableData
        guard !part.isEmpty else {
          throw CommandFailed(description: "Scripts/with-postgresql started no server: \(text)")
        }
        text += String(decoding: part, as: UTF8.self)
      }
      return text.split(separator: "\n")
    }.value
    let pairs = lines.compactMap { line in
      line.firstIndex(of: "=").map {
        (String(line[..<$0]), String(line[line.index(after: $0)...]))
      }
    }
    cluster = try PostgresCluster(environment: Dictionary(pairs) { $1 })
  }

  deinit {
    // What the script runs ends with its input, and then all the rest.
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}
