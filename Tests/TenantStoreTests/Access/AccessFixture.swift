import Administration
import Foundation
import Testing

@testable import Authorization
@testable import TenantCore
@testable import TenantStore

/// A state folder of its own, and what edits and verifies in it.
struct AccessFixture {
  static let moment = Fixture.moment
  static let password = "correct horse battery"

  let fixture = Fixture()

  var folder: StateFolder { fixture.folder }
  var credentials: StoredCredentials { StoredCredentials(folder) }
  var filePath: String { fixture.path + "/access/acme.json" }

  func editor(_ tenant: String = "acme", action: String = "access add") -> AccessEditor {
    let actor = Actor(userName: "alice", identity: .account(userID: 7, groups: []))
    return AccessEditor(
      Permit(tenant: Tenant(name: tenant), actor: actor, action: action), in: folder)
  }

  /// Sets a password.
  func add(
    _ name: String, password: String = password, replacing: Bool = false, tenant: String = "acme"
  ) async throws {
    try await editor(tenant).setPassword(
      try #require(Password(password)), ofLocalUser: name, isReplacing: replacing, at: Self.moment)
  }

  /// Makes a token that is valid for a number of seconds.
  func token(
    _ name: String, seconds: Int64 = 60, roles: [String] = ["admin"], tenant: String = "acme"
  ) async throws -> String {
    try await editor(tenant, action: "access token").createToken(
      name, grant: RoleGrant(tenant: tenant, roles: roles), expiresAt: later(seconds),
      at: Self.moment)
  }

  func later(_ seconds: Int64) -> Timestamp {
    Timestamp(secondsSince1970: Self.moment.secondsSince1970 + seconds)
  }

  func isLocalUser(
    _ name: String, _ password: String = password, tenant: String = "acme"
  ) async throws -> Bool {
    let typed = try #require(Password(password))
    let attempt = try #require(SignInAttempt(Tenant(name: tenant), login: name, password: typed))
    return try await credentials.isLocalUser(attempt)
  }

  func contents() throws -> String { try String(contentsOfFile: filePath, encoding: .utf8) }

  /// Every file of the state folder in one text.
  func everything() throws -> String {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: fixture.path)
    return paths.map { path in
      FileManager.default.contents(atPath: "\(fixture.path)/\(path)")
        .map { String(decoding: $0, as: UTF8.self) } ?? ""
    }.joined(separator: "\n")
  }

  func setMode(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  func write(_ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: filePath))
    try setMode(0o600, filePath)
  }
}

/// Roles that another tenant's administrator may give.
enum RoleGrantOf {
  static let globex = RoleGrant(tenant: "globex", roles: ["admin"])
}
