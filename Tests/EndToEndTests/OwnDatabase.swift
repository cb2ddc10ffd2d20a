import Foundation
import Harness

/// A database of a test's own, with a role of its own for the programs.
struct OwnDatabase {
  let cluster: PostgresCluster
  let name: String
  let role: String
  /// As the owner, who may run `store init`.
  let owner: String
  /// As the programs.
  let url: String

  init() throws {
    cluster = try PostgresCluster()
    name = try cluster.emptyDatabase()
    role = "app_\(name.suffix(16))"
    owner = try cluster.url(of: name, as: cluster.value("OWNER"))
    url = try cluster.url(of: name, as: role)
  }

  /// Where it is, without parameters, as messages have it.
  var place: String { String(url.prefix { $0 != "?" }) }

  func prepare(_ installation: RunTenantctl) async throws -> String {
    try await installation.done("store", "init", "--store", owner, "--program-role", role)
  }

  func run(_ sql: String) throws -> String { try cluster.run(sql, in: name) }

  /// The server's own client, signed in as a superuser, as words of a shell.
  var psql: String {
    get throws {
      "'\(try cluster.value("BIN"))/psql' -X -q -d '\(try cluster.url(of: name, as: "postgres"))'"
    }
  }

  /// Waits until a query says true.
  func holds(_ query: String) async throws {
    for _ in 0..<1200 {
      if try run(query) == "t" { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw CommandFailed(description: "in vain: \(query)")
  }
}
