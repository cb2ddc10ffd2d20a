import Administration
import GRDB
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

/// Stores that the versions before wrote are opened and hold what they held.
@Suite(.timeLimit(.minutes(5)), .sqliteOnly("stores of earlier versions"))
struct MigrationTests {
  let fixture = Fixture()

  /// The last migration of stores with rows of texts, and that of stores with a packed snapshot.
  static let earlier = ["2 held users", "3 snapshot in batches"]

  /// An earlier store: two users, one linked by the login, one by hand.
  private func makeOldStore(_ step: String) throws {
    try fixture.folder.makeTenants()
    try PrivateFile.create(fixture.storePath)
    let queue = try DatabaseQueue(path: fixture.storePath)
    try SQLiteSchema.migrator.migrate(queue, upTo: "2 held users")
    try queue.write { try $0.execute(sql: Self.content) }
    try SQLiteSchema.migrator.migrate(queue, upTo: step)
  }

  private static let content = """
    INSERT INTO users (id, name_key, user_name, is_imported, is_active, windows_login,
      is_login_locked, acd_email, recording_email)
    VALUES (1, 'jsmith', 'JSmith', 1, 1, 'ACME\\jsmith', 1, 'old@acme.example', 'j@acme.example'),
      (2, 'äda', 'Äda', 1, 1, NULL, 1, NULL, NULL), (3, 'bob', 'bob', 1, 0, NULL, 0, NULL, NULL);
    INSERT INTO runs (outcome, actor, started_at, completed_at, new_links, updated_users, details)
    VALUES ('complete', 'alice', '2026-11-18T10:40:00Z', '2026-11-18T10:40:00Z', 1, 1,
      '{"phases":[],"reads":[],"counts":{"found":1,"linked":1},"rowsByDomain":{"ACME":2},
        "vanishedLinks":[],"findings":[]}');
    INSERT INTO links VALUES
      (x'01010101010101010101010101010101', 1, 1, 'ACME', 'JSmith', 'login-exact', 'login',
        'sAMAccountName', 'JSmith', 'jsmith', '["JSmith"]', NULL),
      (x'02020202020202020202020202020202', 2, 0, 'ACME', 'ada', 'manual', NULL, NULL, 'x', 'Y',
        '["somebody","else"]', 'why');
    INSERT INTO snapshot (domain_key, login_key, row_id, login, state, domain, user_id, flags,
      distinguished_name)
    VALUES ('acme', 'jsmith', x'01010101010101010101010101010101', 'JSmith', 'linked', 'ACME', 1, 0,
        'CN=J\\,S,OU=Staff,DC=acme'),
      ('acme', 'ada', x'02020202020202020202020202020202', 'ada', 'linked', 'ACME', 2, 0, NULL);
    INSERT INTO changes (kind, run, at, actor, user_name, guid, domain, login, fields, comment)
    VALUES ('imported', NULL, '2026-11-18T10:39:00Z', 'alice', 'JSmith', NULL, NULL, NULL,
        '[{"field":"email","old":null,"new":"old@acme.example"}]', NULL),
      ('linked', 1, '2026-11-18T10:40:00Z', 'alice', 'JSmith',
        x'01010101010101010101010101010101', 'ACME', 'JSmith',
        '[{"field":"email","old":"old@acme.example","new":"j@acme.example"}]', 'why');
    """

  @Test(arguments: earlier)
  func `links keep reasons, places and run; the audit keeps its numbers`(_ step: String)
    async throws
  {
    try makeOldStore(step)
    let store = try fixture.open()
    let links = try await store.links()
    #expect(
      links == [
        Link(
          guid: try Fixture.guid(1), userID: 1, run: 1, domain: "ACME", login: "JSmith",
          userName: "JSmith", parent: Array("OU=Staff,DC=acme".utf8)),
        Link(
          guid: try Fixture.guid(2), userID: 2, run: 0, domain: "ACME", login: "ada",
          userName: "Äda"),
      ])
    #expect(
      try await store.linkReasons(of: links.map(\.guid)) == [
        links[0].guid: Reason(
          code: "login-exact", matcher: "login", attribute: "sAMAccountName", value: "JSmith",
          canonical: "jsmith", candidates: ["JSmith"]),
        links[1].guid: Reason(
          code: "manual", value: "x", canonical: "Y", candidates: ["somebody", "else"],
          detail: "why"),
      ])
    let entry = try #require(try await store.entry(guid: links[0].guid))
    #expect(entry.state == .found && entry.reason.code == "login-exact")
    let changes = try await store.changes(before: nil, ofLogin: nil, limit: .max)
    #expect(changes.map(\.number) == [2, 1] && changes.map(\.change.comment) == ["why", nil])
    #expect(changes.map(\.change.fields.first?.new) == ["j@acme.example", "old@acme.example"])
    #expect(try await store.users().count == 3)
  }

  @Test(arguments: earlier)
  func `a store of the version before is read without a byte of it changed (S6)`(_ step: String)
    async throws
  {
    try makeOldStore(step)
    let reader = try fixture.open(writable: false)
    #expect(try await reader.links().count == 2)
    let queue = try DatabaseQueue(path: fixture.storePath)
    let steps = try await queue.read {
      try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY 1")
    }
    #expect(steps.last == step)
  }

  @Test(arguments: earlier)
  func `what a later run and an unlink write stands beside the old (T5)`(_ step: String)
    async throws
  {
    try makeOldStore(step)
    let store = try fixture.open()
    let link = try #require(try await store.links().first)
    try await store.apply(
      [.unlink(link: link, entry: nil)], actor: "bob", at: Fixture.moment)
    let changes = try await store.changes(before: nil, ofLogin: nil, limit: .max)
    #expect(changes.map(\.number) == [3, 2, 1])
    #expect(changes.map(\.change.kind) == [.unlinked, .linked, .imported])
    #expect(changes.map(\.change.actor) == ["bob", "alice", "alice"])
  }
}
