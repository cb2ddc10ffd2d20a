import Administration
import Foundation
import Harness
import Synchronization
import Testing

@testable import Authorization
@testable import TenantCore
@testable import TenantStore

/// A state folder or, in the run of the tests on PostgreSQL, a database of its own, and what edits and verifies in it.
struct AccessFixture {
  static let moment = Fixture.moment
  static let password = "correct horse battery"

  let fixture = Fixture()

  private let database = AccessDatabase()

  var folder: StateFolder { fixture.folder }

  /// The database; nil if there are files.
  var pool: PostgresPool? {
    get throws { TestEngine.current == .sqlite ? nil : try database.pool() }
  }

  var access: any AccessEditing {
    get throws { try pool.map { AccessTables($0) } ?? AccessFiles(state: folder) }
  }

  var credentials: StoredCredentials { get throws { StoredCredentials(try access) } }
  var operators: StoredOperators { get throws { StoredOperators(try access) } }

  var audit: any EventAudit & EventReading & RefusalAudit & RefusalReading & ReviewAudit {
    get throws { try pool.map { AuditTable($0) } ?? folder.auditLog }
  }

  var filePath: String { fixture.path + "/access/acme.json" }

  private static let alice = Actor(
    userName: "alice", identity: .account(userID: 7, groups: []))

  func editor(_ tenant: String = "acme", action: String = "access add") throws -> AccessEditor {
    AccessEditor(
      Permit(tenant: Tenant(name: tenant), actor: Self.alice, action: action), try access)
  }

  func operatorEditor(_ name: String) throws -> OperatorEditor {
    OperatorEditor(
      OperatorPermit(name: name, actor: Self.alice, action: "access add --operator"), try access)
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

  /// Changes the database as the superuser, who may do all.
  func alter(_ sql: String) throws { try database.alter(sql) }

  /// Every file of the state folder, or every row of the database, in one text.
  func everything() throws -> String {
    if TestEngine.current != .sqlite { return try database.everything() }
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

/// A database that is made when it is first wanted.
private final class AccessDatabase: Sendable {
  private let made = Mutex<(name: String, pool: PostgresPool)?>(nil)

  func pool() throws -> PostgresPool { try database().pool }

  func alter(_ sql: String) throws { try PostgresCluster().run(sql, in: try database().name) }

  /// As the superuser sees it, for whom no row is hidden.
  func everything() throws -> String {
    let tables = ["local_users", "access_tokens", "audit"]
    return try tables.map { table in
      try PostgresCluster().run(
        "SELECT \(table)::text FROM tenantctl.\(table)", in: try database().name)
    }.joined(separator: "\n")
  }

  private func database() throws -> (name: String, pool: PostgresPool) {
    try made.withLock { made in
      if let made { return made }
      let cluster = try PostgresCluster()
      let name = try cluster.database()
      let server = StoreServer(conninfo: try cluster.url(of: name), passwordFile: nil)
      let database = (name: name, pool: PostgresPool(server, applicationName: "tests"))
      made = database
      return database
    }
  }
}
