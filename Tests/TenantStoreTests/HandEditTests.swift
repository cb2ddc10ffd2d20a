import Administration
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

@Suite(.timeLimit(.minutes(5))) struct HandEditTests {
  let fixture = Fixture()

  func unlink(_ store: TenantStore) async throws {
    let link = try #require(try await store.links().first)
    var entry = try #require(try await store.entry(guid: link.guid))
    entry.state = .released
    entry.reason = Reason(code: ReasonCode.releasedBy, candidates: ["jsmith"], detail: "alice")
    try await store.apply(
      [.unlink(link: link, entry: entry, comment: "left")], actor: "alice", at: Fixture.moment)
  }

  func link(_ store: TenantStore, to name: String, replacing: Link? = nil) async throws {
    let entry = try #require(try await store.entry(guid: try Fixture.guid(1)))
    let user = try #require(try await store.user(named: name))
    let change = EditedUser(
      userName: user.userName, recording: [FieldChange(.firstName, old: nil, new: "Jo")],
      windowsLogin: FieldChange(.windowsLogin, old: user.windowsLogin, new: "ACME\\JSmith"))
    try await store.apply(
      [
        .link(
          entry: entry, userID: user.id, reason: Reason(code: ReasonCode.manual), change: change,
          replaced: replacing)
      ], actor: "alice", at: Fixture.moment)
  }

  @Test func `unlinking shows at once: row, counts, lock, release, audit (U1, U2, U5)`()
    async throws
  {
    let store = try await fixture.synced()
    try await unlink(store)
    let entry = try #require(try await store.entry(guid: try Fixture.guid(1)))
    #expect(entry.state == .released && entry.reason.code == "released-by")
    let snapshot = try #require(try await store.snapshot())
    #expect(snapshot.run.counts[.released] == 1 && snapshot.run.counts[.found] == 0)
    #expect(snapshot.unclaimed == ["bob", "jsmith", "Äda"])
    let user = try #require(try await store.user(named: "jsmith"))
    #expect(!user.isLoginLocked && user.link == nil)
    #expect(user.profiles[.recording]?[.email] == "j@acme.example")
    let release = try #require(try await store.releases().first)
    let values = ["jsmith", "acme\\jsmith", "john", "smith", "1", "j@acme.example"]
    #expect(
      release
        == Release(
          guid: try Fixture.guid(1), userID: user.id, userName: "jsmith", domain: "ACME",
          login: "JSmith", actor: "alice", releasedAt: Fixture.moment, comment: "left",
          hold: .unchanged(ComparedValues(values: values))))
    #expect(user.hold == release)
    #expect(
      try await store.changes(before: nil, ofLogin: nil, limit: 1).first?.change.kind == .unlinked)
  }

  @Test func `relinking undoes an unlink and forgets the release (U3, U5)`() async throws {
    let store = try await fixture.synced()
    try await unlink(store)
    try await link(store, to: "jsmith")
    #expect(try await store.releases().isEmpty)
    #expect(try await store.links().map(\.run) == [0])
    let entry = try #require(try await store.entry(guid: try Fixture.guid(1)))
    #expect(entry.state == .linked && entry.reason.code == "manual" && entry.userName == "jsmith")
    let change = try #require(
      try await store.changes(before: nil, ofLogin: nil, limit: 1).first?.change)
    #expect(change.kind == .relinked && change.fields.count == 2 && change.run == nil)
    let user = try #require(try await store.user(named: "jsmith"))
    #expect(user.isLoginLocked && user.windowsLogin == "ACME\\JSmith")
    #expect(try await store.snapshot()?.run.counts[.linked] == 1)
    #expect(try await store.snapshot()?.unclaimed == ["bob", "Äda"])
  }

  @Test func `a taken side is refused with the holder's name, nothing is written (U4)`()
    async throws
  {
    let store = try await fixture.synced()
    let error = await #expect(throws: StoreError.self) { try await link(store, to: "bob") }
    #expect(error?.code == .notAvailable && error?.message.contains("'jsmith'") == true)
    #expect(try await store.changes(before: nil, ofLogin: nil, limit: .max).count == 4)
  }

  @Test func `a link may replace that of a deleted object, and the audit says so (U4)`()
    async throws
  {
    let store = try await fixture.synced()
    let old = try #require(try await store.links().first)
    try await link(store, to: "jsmith", replacing: old)
    let change = try #require(
      try await store.changes(before: nil, ofLogin: nil, limit: 1).first?.change)
    #expect(change.comment?.hasPrefix("replaces the link to ACME\\JSmith") == true)
  }

  @Test func `a link that is gone cannot be unlinked again`() async throws {
    let store = try await fixture.synced()
    let link = try #require(try await store.links().first)
    try await unlink(store)
    await #expect(throws: StoreError.self) {
      try await store.apply(
        [.unlink(link: link, entry: nil)], actor: "alice", at: Fixture.moment)
    }
    #expect(try await store.releases().map(\.comment) == ["left"])
  }
}
