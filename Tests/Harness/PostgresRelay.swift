import Foundation

/// Stands between the programs and PostgreSQL's socket, counts what goes by, and can be slow
/// (`Benchmarks/suite/postgres_relay.py`).
package final class PostgresRelay: Sendable {
  /// What went by.
  package struct Counts: Decodable, Sendable, Equatable {
    /// Connections that are open now, and that there were.
    package var open, connections: Int
    /// Statements that the server ran, those that begin and end transactions among them.
    package var statements: Int
    /// How often the client waited for an answer before it went on.
    package var trips: Int
    /// `COPY` from the client.
    package var copies: Int
    /// Bytes from the client and to it.
    package var sent, received: Int

    /// What went by between two readings.
    package static func - (later: Counts, earlier: Counts) -> Counts {
      Counts(
        open: later.open - earlier.open, connections: later.connections - earlier.connections,
        statements: later.statements - earlier.statements, trips: later.trips - earlier.trips,
        copies: later.copies - earlier.copies, sent: later.sent - earlier.sent,
        received: later.received - earlier.received)
    }
  }

  private let folder: TemporaryFolder
  private let process: Process

  /// Starts it.
  ///
  /// - Parameter delay: seconds that each part of what is said stays under way.
  package init(_ cluster: PostgresCluster, delay: Double = 0) async throws {
    folder = try TemporaryFolder()
    process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = [
      RunTenantctl.repository.appending(path: "Benchmarks/suite/postgres_relay.py").path,
      folder.path(""), try cluster.value("SOCKET"), try cluster.value("PORT"),
      folder.path("counts"), "\(delay)",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let socket = folder.path(".s.PGSQL.\(try cluster.value("PORT"))")
    try await wait("the relay") { FileManager.default.fileExists(atPath: socket) ? true : nil }
  }

  // The runner of the tests may have other signals ignored, and so what it starts has.
  deinit { kill(process.processIdentifier, SIGKILL) }

  /// The folder of its socket, for a URL.
  package var socket: String { String(folder.path("").dropLast()) }

  /// What has gone by since the start, once no connection is open.
  package func counts() async throws -> Counts {
    try await wait("the end of all connections") {
      let data = try Data(contentsOf: URL(filePath: folder.path("counts")))
      let counts = try JSONDecoder().decode(Counts.self, from: data)
      return counts.open == 0 ? counts : nil
    }
  }
}
