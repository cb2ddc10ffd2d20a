import Administration
import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import TenantStore

@Suite(.timeLimit(.minutes(5))) struct ApplyTests {
  let fixture = Fixture()

  func rows(_ store: TenantStore, _ columns: [RowColumn]) async throws -> [[String?]] {
    let snapshot = try #require(try await store.snapshot())
    return try await rows(snapshot, columns)
  }

  func rows(_ snapshot: Snapshot, _ columns: [RowColumn]) async throws -> [[String?]] {
    let rows = Mutex<[[String?]]>([])
    try await snapshot.rows.forEachBatch(columns: columns) { batch in
      rows.withLock { rows in
        rows += (0..<batch.count).map { row in columns.map { batch.text($0, row: row) } }
      }
    }
    return rows.withLock { $0 }
  }

  @Test func `a first run is stored whole: rows, link, profile, lock, audit (T4, S1, S2)`()
    async throws
  {
    let store = try await fixture.synced()
    #expect(
      try await rows(store, RowColumn.standard) == [
        ["JSmith", "j@acme.example", "Matched"], ["nobody", nil, "Not Matched"],
        ["Zed", "=z", "Not Matched"],
      ])
    let links = try await store.links()
    #expect(links.map(\.userName) == ["jsmith"] && links.map(\.login) == ["JSmith"])
    #expect(links.map(\.parent) == [Array("DC=acme".utf8)])
    let user = try #require(try await store.user(named: "JSMITH"))
    #expect(user.profiles[.recording]?[.email] == "j@acme.example" && user.isLoginLocked)
    #expect(user.windowsLogin == "ACME\\jsmith" && user.link?.run == 1)
    let change = try #require(
      try await store.changes(before: nil, ofLogin: LoginName("acme\\jsmith"), limit: .max).first?
        .change)
    #expect(change.kind == .linked && change.fields.map(\.new) == ["j@acme.example"])
    #expect(change.run == 1 && change.actor == "alice")
    let run = try #require(try await store.lastCompleteRun())
    var expected = Fixture.run(1, 2)
    expected.id = 1
    #expect(run == expected)
    #expect(try await store.snapshot()?.unclaimed == ["bob", "Äda"])
  }

  @Test func `what is not known of an account is stored and absent in its columns (M12)`()
    async throws
  {
    let store = try fixture.open()
    let flags: [AccountFlags] = [[], [.expired, .lockedUnknown], .unknown]
    let people = try flags.enumerated().map { index, flags in
      Person(login: "a\(index)", guid: try Fixture.guid(UInt8(index + 1)), flags: flags)
    }
    _ = try await store.apply(
      Fixture.plan(people, users: try await store.users()), run: Fixture.run(0, 3))
    #expect(
      try await rows(store, [.enabled, .locked, .expired]) == [
        ["true", "false", "false"], ["true", nil, "true"], [nil, nil, nil],
      ])
    let entry = try #require(try await store.entry(guid: try Fixture.guid(2)))
    #expect(entry.flags == [.expired, .lockedUnknown])
  }

  @Test func `found is derived: the next run reads linked, with no row written (P6)`()
    async throws
  {
    let store = try await fixture.synced()
    let columns: [RowColumn] = [.state, .reasonCode, .userName, .objectGUID, .enabled]
    let first = try await rows(store, columns)[0]
    #expect(first.prefix(3) == ["found", "login-exact", "jsmith"])
    #expect(first[3] == "01010101-0101-0101-0101-010101010101" && first[4] == "false")
    let users = try await store.users()
    let before = try await WrittenRows(store)
    _ = try await store.apply(try fixture.laterPlan(users), run: Fixture.run(linked: 1))
    // The run itself.
    #expect(try await before.count(store) == 1)
    #expect(try await rows(store, columns)[0].prefix(2) == ["linked", "login-exact"])
  }

  @Test func `the rows of a plan in any order give the same snapshot (R4)`() async throws {
    let store = try await fixture.synced()
    let columns: [RowColumn] = [.activeDirectoryLogin, .reasonCandidates, .distinguishedName]
    let expected = try await rows(store, columns)
    var plan = try fixture.laterPlan(try await store.users())
    plan.rows.reverse()
    let before = try await WrittenRows(store)
    _ = try await store.apply(plan, run: Fixture.run(linked: 1))
    #expect(try await before.count(store) == 1)
    #expect(try await rows(store, columns) == expected)
  }

  @Test(arguments: [false, true])
  func `a change of one field leaves every other field of the user as it was (S1, S2)`(
    readsFile: Bool
  ) async throws {
    let fixture = Fixture(usersFile: readsFile)
    try fixture.write(Fixture.usersCSV)
    let store = readsFile ? try fixture.open() : try await fixture.imported()
    _ = try await store.apply(
      try fixture.firstPlan(try await store.users()), run: Fixture.run(1, 2))
    var expected = try await store.users(after: nil, limit: .max)
    let jsmith = try #require(expected.firstIndex { $0.userName == "jsmith" })
    #expect(expected[jsmith].windowsLogin == "ACME\\jsmith")
    var plan = try fixture.laterPlan(try await store.users())
    plan.userChanges = [
      UserChange(
        user: jsmith, row: 0, recording: [FieldChange(.firstName, old: nil, new: "Jon")])
    ]
    _ = try await store.apply(plan, run: Fixture.run(linked: 1))
    expected[jsmith].profiles[.recording, default: [:]][.firstName] = "Jon"
    #expect(try await store.users(after: nil, limit: .max) == expected)
  }

  @Test func `a rename moves the row and the link follows it (S2)`() async throws {
    let store = try await fixture.synced()
    let users = try await store.users()
    let jsmith = try #require((0..<users.count).first { users.userName(of: $0) == "jsmith" })
    var plan = Fixture.plan(
      [
        Person(
          login: "Renamed", guid: try Fixture.guid(1), state: .linked, user: jsmith, reason: .kept)
      ], users: users)
    plan.sightings = [0]
    _ = try await store.apply(plan, run: Fixture.run(linked: 1))
    #expect(try await rows(store, [.activeDirectoryLogin]) == [["Renamed"]])
    // What was compared at the time of linking stays the link's reason.
    let reason = try await store.linkReasons(of: [Fixture.guid(1)])[Fixture.guid(1)]
    #expect(reason?.value == "JSmith" && reason?.canonical == "jsmith")
    #expect(try await store.links().map(\.login) == ["Renamed"])
    let renamed = try await store.changes(
      before: nil, ofLogin: LoginName("renamed"), limit: .max)
    #expect(renamed.count == 1)
  }

  @Test func `a plan that fails midway leaves the run before (T4)`() async throws {
    let store = try await fixture.synced()
    var plan = try fixture.firstPlan(try await store.users())
    plan.rows[0].reason = .kept
    await #expect(throws: (any Error).self) {
      _ = try await store.apply(plan, run: Fixture.run(1, 2))
    }
    #expect(try await store.runs(before: nil, limit: .max).count == 1)
    #expect(try await rows(store, [.state])[0] == ["found"])
  }

  @Test func `a snapshot stays as it was while another run commits`() async throws {
    let store = try await fixture.synced()
    let reader = try fixture.open(writable: false)
    let snapshot = try #require(try await reader.snapshot())
    let plan = Fixture.plan([], users: try await store.users())
    _ = try await store.apply(plan, run: Fixture.run())
    #expect(try await rows(snapshot, [.activeDirectoryLogin]).count == 3)
    #expect(try await rows(store, [.activeDirectoryLogin]).isEmpty)
  }

  @Test func `a failed later run is announced and makes vanished links unseen (R3, S5)`()
    async throws
  {
    let store = try await fixture.synced()
    var link = try #require(try await store.links().first)
    // A run does not record where a directory user lay.
    link.parent = nil
    let vanished = [VanishedLink(link: link, state: .sourceDeleted)]
    let plan = Fixture.plan([], users: try await store.users())
    _ = try await store.apply(plan, run: Fixture.run(vanished: vanished))
    #expect(try await store.snapshot()?.vanishedLinks == vanished)
    _ = try await store.record(Fixture.run(outcome: .incomplete))
    let snapshot = try #require(try await store.snapshot())
    #expect(snapshot.lastFailure?.message == "it broke" && snapshot.run.id == 2)
    #expect(snapshot.vanishedLinks.map(\.state) == [.sourceUnseen])
  }

  @Test func `an entry holds all that was read, several values included`() async throws {
    let store = try await fixture.synced()
    let entry = try #require(
      try await store.entries(named: LoginName(domain: "acme.example", login: "JSMITH")).first)
    #expect(entry.attributes["proxyAddresses"] == ["smtp:a", "SMTP:\"b\""])
    #expect(entry.attributes["mail"] == ["j@acme.example"] && entry.state == .found)
    #expect(entry.reason.code == "login-exact" && entry.reason.canonical == "jsmith")
    #expect(try await store.entry(guid: try Fixture.guid(1)) == entry)
    let name = try #require(LoginName("nobody"))
    let nobody = try #require(try await store.entries(named: name).first)
    #expect(nobody.guid == nil && nobody.reason.candidates == ["x", "y"])
    #expect(try await store.entries(named: LoginName(domain: "OTHER", login: "jsmith")).isEmpty)
    #expect(
      try await store.linkReasons(of: [Fixture.guid(1)]).values.map(\.code) == ["login-exact"])
  }
}
