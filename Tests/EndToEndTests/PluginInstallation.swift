import Foundation
import Harness

/// An installation with a tenant `acme` of three linked users, a folder of outside plugins, and a
/// temporary folder of its own.
struct PluginInstallation {
  let tenantctl: RunTenantctl
  let plugins: PluginFolder
  private let ldif = ["alice", "bobby", "carol"].enumerated().map { number, login in
    LDIF.person(login, number: number + 1)
  }.joined()

  /// - Parameter isSynced: false for a store without a run.
  init(isSynced: Bool = true) async throws {
    plugins = try PluginFolder()
    tenantctl = try RunTenantctl(plugins: plugins.path)
    try await addTenant("acme", matcher: "{ matcher: login }")
    if isSynced { _ = try await run("sync", "acme") }
  }

  /// Adds a tenant and imports its users, whose names are the logins of its directory.
  func addTenant(_ name: String, matcher: String) async throws {
    try setMatcher(matcher, of: name)
    let users = ["alice", "bobby", "carol"].map { "\($0),ACME\\\($0)\n" }.joined()
    try tenantctl.folder.write("userName,windowsLogin\n" + users, to: "users.csv")
    try await tenantctl.done("users", "import", name, tenantctl.folder.path("users.csv"))
  }

  /// Writes the tenant file again.
  func setMatcher(_ matcher: String, of name: String = "acme", extra: String = "") throws {
    try tenantctl.addTenant(name, ldif: ldif, extra: "matching: \(matcher)\n\(extra)")
  }

  func run(_ words: String...) async throws -> RunTenantctl.Answer {
    try await tenantctl.run(words)
  }

  /// The users and the rows of the last complete run.
  func stored() async throws -> [String] {
    let users = try await tenantctl.done("users", "list", "acme")
    return [users] + (try await tenantctl.review("acme")).users.map { "\($0)" }
  }

  /// Processes and working folders of plugins; empty when a command has ended.
  func remains() throws -> [String] {
    try Processes.with(argument: plugins.marker).map { "process \($0)" }
      + tenantctl.folder.entries("tmp")
  }

  /// Waits until a plugin has made the file `hanging` in its working folder.
  func waitUntilHanging() async throws {
    let folder = tenantctl.folder
    try await wait("a plugin that hangs") {
      try folder.entries("tmp").first {
        FileManager.default.fileExists(atPath: folder.path("tmp/\($0)/hanging"))
      }
    }
  }
}
