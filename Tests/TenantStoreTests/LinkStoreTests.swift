import Administration
import Harness
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

@Suite(.timeLimit(.minutes(5))) struct LinkStoreTests {
  let fixture = Fixture()

  @Test(arguments: [
    ("guid, 99", "user_id is free, the directory user is linked"),
    ("guid || guid, user_id", "the directory user is free, the user is linked"),
  ])
  func `the database refuses a second link of either side (M9)`(
    columns: String, what: String
  ) async throws {
    let store = try await fixture.synced()
    let error = await #expect(throws: StoreError.self) {
      try await store.write {
        try $0.execute(
          """
          INSERT INTO users (id, name_key, user_name, is_imported, is_active)
          VALUES (99, 'free', 'free', 1, 1)
          """)
        try $0.execute(
          """
          INSERT INTO link_rows (guid, user_id, run, domain, reason, login)
          SELECT \(columns), 1, domain, reason, login FROM link_rows
          """)
      }
    }
    #expect(error?.message.lowercased().contains("unique constraint") == true, "\(what)")
  }

  @Test func `a first run that links one directory user twice is refused as a whole (M9, T4)`()
    async throws
  {
    let store = try await fixture.imported()
    let users = try await store.users()
    let people = try (0..<2).map {
      Person(
        login: "a\($0)", guid: try Fixture.guid(1), state: .found, user: $0,
        reason: .rule(index: 0, value: 0))
    }
    await #expect(throws: StoreError.self) {
      _ = try await store.apply(Fixture.plan(people, users: users), run: Fixture.run(2))
    }
    #expect(try await store.links().isEmpty)
    #expect(try await store.runs(before: nil, limit: .max).isEmpty)
  }

  @Test func `a link keeps its reason, however much of it is derived from the link`() async throws {
    var random = SeededGenerator(seed: 11)
    func some(_ texts: [String?]) -> String? { texts.randomElement(using: &random) ?? nil }
    var expected: [ObjectGUID: Reason] = [:]
    let store = try fixture.open()
    let count = 300
    _ = try await store.importUsers(
      file: try fixture.write(
        "userName\n" + (1...count).map { "u\($0)" }.joined(separator: "\n")),
      skipInvalid: false, actor: "alice", at: Fixture.moment)
    let users = try await store.users()
    var edits: [LinkEdit] = []
    for number in 0..<count {
      let bytes = [UInt8(number >> 8), UInt8(number & 255)] + [UInt8](repeating: 5, count: 14)
      let guid = try #require(ObjectGUID(bytes: bytes))
      let name = users.userName(of: number)
      let reason = Reason(
        code: some(["login-exact", "manual"]) ?? "plugin:x:y", matcher: some([nil, "login"]),
        attribute: some([nil, "sAMAccountName", "sn+givenName"]),
        value: some([nil, "JSmith", "jsmith", "Ärger"]),
        canonical: some([nil, "jsmith", "ärger", "JSMITH"]),
        candidates: [[name], [], ["x", name]].randomElement(using: &random) ?? [],
        detail: some([nil, "d"]))
      expected[guid] = reason
      edits.append(
        .link(
          entry: SnapshotEntry(
            domain: some(["ACME", "other"]) ?? "ACME", login: some(["JSmith", "jsmith"]) ?? "x",
            guid: guid, distinguishedName: "", flags: [], attributes: [:], state: .linked,
            reason: reason, userName: nil),
          userID: users.id(of: number), reason: reason, change: EditedUser(userName: name),
          replaced: nil))
    }
    try await store.apply(edits, actor: "alice", at: Fixture.moment)
    #expect(try await store.linkReasons(of: Array(expected.keys)) == expected)
    let some = Array(expected.keys.sorted().prefix(7))
    #expect(try await store.links(of: some).map(\.guid) == some)
    let ids = try await store.links(of: some).map(\.userID)
    #expect(Set(try await store.links(ofUsers: ids + [77_777]).map(\.guid)) == Set(some))
    #expect(try await store.links(of: []).isEmpty)
    #expect(try await store.links(ofUsers: []).isEmpty)
  }

  @Test func `where a directory user lies is remembered by its link`() async throws {
    let store = try await fixture.synced()
    #expect(try await store.links().map(\.parent) == [Array("DC=acme".utf8)])
    var plan = try fixture.laterPlan(try await store.users())
    plan.sightings = [0]
    let before = try await WrittenRows(store)
    _ = try await store.apply(plan, run: Fixture.run(linked: 1))
    #expect(try await before.count(store) == 2)
    #expect(try await store.links().map(\.parent) == [Array("DC=acme".utf8)])
  }
}
