import Foundation
import Harness
import PluginContract
import StoreHarness
import TenantCore
import Testing

@testable import Authorization
@testable import TenantStore

/// A state folder of its own and a tenant with one directory, `ACME`; in PostgreSQL, a tenant of its own.
final class Fixture: Sendable {
  static let usersCSV = """
    userName,windowsLogin,firstName,lastName,employeeId,email,active
    jsmith,ACME\\jsmith,John,Smith,1,old@acme.example,
    Äda,,Ada,Lovelace,2,ada@acme.example,true
    bob,,Bob,Brown,3,bob@acme.example,false

    """
  static let moment = Timestamp(secondsSince1970: 1_795_000_000)
  static let rule = KeyRule(
    code: "login-exact", matcher: "login", attributes: [DirectoryAttribute.login],
    fields: [.windowsLogin])

  let path = NSTemporaryDirectory() + "store-test-\(UUID().uuidString)"
  let tenant: Tenant

  init(usersFile: Bool = false) {
    let source = Directory.Source.ldif(path: "/dev/null")
    tenant = Tenant(
      name: TestEngine.current == .sqlite ? "acme" : TestStores.uniqueName("acme"),
      directories: [Directory(domain: "ACME", dnsDomain: "acme.example", source: source)],
      users: usersFile ? .csv(path: path + ".csv") : .store)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    try? FileManager.default.removeItem(atPath: path + ".csv")
  }

  var folder: StateFolder { StateFolder(path: path) }
  var storePath: String { folder.storePath(of: "acme") }

  func open(writable: Bool = true) throws -> TenantStore {
    let actor = Actor(userName: "alice", identity: .account(userID: 1, groups: []))
    let permit = Permit(tenant: tenant, actor: actor, action: "test")
    let store = try TestStores.open(
      TestStores.engine(), folder: path, permit, writable: writable)
    return try #require(store as? TenantStore)
  }

  @discardableResult
  func write(_ text: String) throws -> String {
    try text.write(toFile: path + ".csv", atomically: true, encoding: .utf8)
    return path + ".csv"
  }

  /// A store with the three users of ``usersCSV``.
  func imported() async throws -> TenantStore {
    let store = try open()
    _ = try await store.importUsers(
      file: try write(Self.usersCSV), skipInvalid: false, actor: "alice", at: Self.moment)
    return store
  }

  /// A store after one sync: jsmith linked, zed unmatched, one record without a GUID.
  func synced() async throws -> TenantStore {
    let store = try await imported()
    _ = try await store.apply(try firstPlan(try await store.users()), run: Self.run(1, 2))
    return store
  }

  func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  static func guid(_ number: UInt8) throws -> ObjectGUID {
    try #require(ObjectGUID(bytes: [UInt8](repeating: number, count: 16)))
  }

  static func run(
    _ found: Int = 0, _ unmatched: Int = 0, linked: Int = 0, outcome: RunOutcome = .complete,
    vanished: [VanishedLink] = []
  ) -> RunRecord {
    var counts = StateCounts()
    counts.add(.found, found)
    counts.add(.unmatched, unmatched)
    counts.add(.linked, linked)
    return RunRecord(
      outcome: outcome, actor: "alice", startedAt: moment, completedAt: moment,
      message: outcome == .complete ? nil : "it broke",
      phases: [RunPhase("read", .milliseconds(12))],
      reads: [ReadReport(domain: "ACME", server: "dc1", pages: 1, records: 3)], counts: counts,
      rowsByDomain: ["ACME": 3], usableByDomain: ["ACME": 2], userCount: 4, newLinks: found,
      vanishedLinks: vanished,
      findings: [Finding(.renamed, subject: "x", message: "y")])
  }
}

extension TenantStore {
  /// All links in full, by GUID.
  func links() async throws -> [Link] {
    let table = try await linkTable()
    return (0..<table.count).map { table[$0] }.sorted { $0.guid < $1.guid }
  }
}
