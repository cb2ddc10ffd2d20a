import Administration
import Foundation
import GRDB
import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import TenantStore

@Suite("Rounds of review in the store", .timeLimit(.minutes(5)))
struct ReviewTests {
  let fixture = Fixture()

  private func present(_ store: TenantStore) async throws -> [RoundRows] {
    let found = Mutex<[RoundRows]>([])
    try await store.forEachRoundRows { rows in found.withLock { $0.append(rows) } }
    return found.withLock(\.self)
  }

  private func signed(_ store: TenantStore, _ number: Int64) async throws -> [RoundRows] {
    let found = Mutex<[RoundRows]>([])
    try await store.forEachSignedRows(ofReview: number) { rows in
      found.withLock { $0.append(rows) }
    }
    return found.withLock(\.self)
  }

  private func signature(lastDecision: Int64 = 0) -> ReviewSignature {
    ReviewSignature(
      statement: "seen", digest: "ab", previousDigest: nil, lastDecision: lastDecision,
      details: SignedDetails(
        displayName: "Acme", counts: ReviewCounts(), byState: ["linked": 1], vanishedLinks: [],
        decidedUsers: [], reviewers: [], configuration: "version: 1\n",
        snapshotStartedAt: Fixture.moment, snapshotCompletedAt: Fixture.moment))
  }

  private let closed = ReviewRound.Mark(at: Fixture.moment, actor: "bob", run: 1, change: 4)

  private func decision(_ kind: ReviewDecision.Kind, review: Int64) -> ReviewDecision {
    ReviewDecision(
      .init(kind, note: "why", until: Day("2027-01-01"), assignee: "maria"), actor: "alice",
      at: Fixture.moment, review: review,
      facts: ReviewFacts(.unmatched, userName: nil, reasonCode: "no-candidate", flags: .disabled))
  }

  private func subject() throws -> ReviewSubject { .row(.guid(try Fixture.guid(2))) }

  @Test("V1: the rows of now, with users and with the reasons of their links")
  func rowsOfNow() async throws {
    let store = try await fixture.synced()
    let rows = try #require(try await present(store).first)
    #expect(rows.domain == "ACME" && rows.count == 3 && rows.marks.isEmpty)
    let place = try #require(rows.keys.firstIndex(of: .guid(try Fixture.guid(1))))
    #expect(
      rows.facts(of: place)
        == ReviewFacts(.linked, userName: "jsmith", reasonCode: "login-exact", flags: .disabled))
    #expect(rows.login.text(of: place) == "JSmith")
    let record = try #require(rows.keys.firstIndex(of: .record(Array("CN=nobody,DC=acme".utf8))))
    #expect(rows.facts(of: record).userName == nil)
    #expect(rows.facts(of: record).reasonCode == "no-candidate")
  }

  @Test("V4: signed rows come back as they were, whatever became of the snapshot")
  func signedRows() async throws {
    let store = try await fixture.synced()
    let round = try await store.openReview(actor: "alice", at: Fixture.moment)
    #expect(round.number == 1 && round.state == .open && round.opened.run == 1)
    var rows = try await present(store)
    for index in rows.indices {
      rows[index].marks = rows[index].keys.indices.map { ReviewMark.allCases[$0 % 3] }
    }
    try await store.sign(review: 1, signature(), rows: rows, closed: closed)
    _ = try await store.apply(
      Fixture.plan([Person(login: "new", guid: try Fixture.guid(9))], users: store.users()),
      run: Fixture.run(0, 1))
    #expect(try await signed(store, 1) == rows)
    let stored = try #require(try await store.reviewRounds().first)
    #expect(stored.state == .signed && stored.closed == closed)
    #expect(stored.signature == signature())
  }

  @Test("V4: neither a signed round nor its rows or decisions can be changed or deleted")
  func appendOnly() async throws {
    let store = try await fixture.synced()
    _ = try await store.openReview(actor: "alice", at: Fixture.moment)
    try await store.decide([(subject(), decision(.exception, review: 1))], review: 1)
    var rows = try await present(store)
    for index in rows.indices { rows[index].marks = rows[index].keys.map { _ in .decided } }
    let last = try await store.lastDecision(ofReview: 1)
    try await store.sign(
      review: 1, signature(lastDecision: last), rows: rows, closed: closed)
    for sql in [
      "UPDATE reviews SET digest = 'x'", "DELETE FROM reviews",
      "UPDATE review_rows SET domain = 'x'", "DELETE FROM review_rows",
      "UPDATE review_decisions SET actor = 'x'", "DELETE FROM review_decisions",
    ] {
      await #expect(throws: StoreError.self, "\(sql)") {
        try await store.write { try $0.execute(sql) }
      }
    }
    await #expect(throws: StoreError.self) {
      try await store.decide([(subject(), decision(.exception, review: 1))], review: 1)
    }
  }

  @Test("one round is open at a time, and none before the first complete run")
  func oneOpen() async throws {
    let store = try await fixture.imported()
    let early = await #expect(throws: Failure.self) {
      _ = try await store.openReview(actor: "alice", at: Fixture.moment)
    }
    #expect(early?.kind == .incomplete)
    _ = try await store.apply(
      try fixture.firstPlan(try await store.users()), run: Fixture.run(1, 2))
    _ = try await store.openReview(actor: "alice", at: Fixture.moment)
    let second = await #expect(throws: StoreError.self) {
      _ = try await store.openReview(actor: "bob", at: Fixture.moment)
    }
    #expect(second?.message.contains("by alice") == true)
    try await store.abandonReview(1, actor: "bob", at: Fixture.moment)
    #expect(try await store.openReview(actor: "bob", at: Fixture.moment).number == 2)
  }

  @Test("V2: the last decision on a subject counts; those of an abandoned round do not")
  func decisions() async throws {
    let store = try await fixture.synced()
    _ = try await store.openReview(actor: "alice", at: Fixture.moment)
    let user = ReviewSubject.unclaimedUser("äda")
    let link = ReviewSubject.vanishedLink(try Fixture.guid(7))
    try await store.decide(
      [
        (subject(), decision(.toFix, review: 1)), (user, decision(.exception, review: 1)),
        (link, decision(.confirmed, review: 1)),
      ], review: 1)
    try await store.decide([(subject(), decision(.exception, review: 1))], review: 1)
    let expected = [
      try subject(): decision(.exception, review: 1), user: decision(.exception, review: 1),
      link: decision(.confirmed, review: 1),
    ]
    #expect(try await store.decisions(ofReview: 1) == expected)
    #expect(try await store.decisions(beforeReview: .max) == [:])
    try await store.abandonReview(1, actor: "bob", at: Fixture.moment)
    #expect(try await store.decisions(beforeReview: .max) == [:])
    _ = try await store.openReview(actor: "alice", at: Fixture.moment)
    try await store.decide([(link, decision(.confirmed, review: 2))], review: 2)
    let last = try await store.lastDecision(ofReview: 2)
    await #expect(throws: StoreError.self, "a decision that the signature does not cover") {
      try await store.sign(
        review: 2, signature(lastDecision: last - 1), rows: [], closed: closed)
    }
    try await store.sign(review: 2, signature(lastDecision: last), rows: [], closed: closed)
    #expect(
      try await store.decisions(beforeReview: .max) == [link: decision(.confirmed, review: 2)])
    #expect(try await store.decisions(beforeReview: 2) == [:])
  }

  @Test(
    "a store of an earlier version opens, for reading and for writing, and keeps all it has",
    .sqliteOnly("stores of earlier versions"))
  func migration() async throws {
    let names = SQLiteSchema.migrator.migrations
    let before = try #require(names.firstIndex(of: "6 reviews"))
    let old = Fixture()
    do {
      let store = try await fixture.synced()
      let path = old.storePath
      try old.folder.makeTenants()
      try await store.sqlite.writeWithoutTransaction {
        try $0.execute(sql: "VACUUM INTO '\(path)'")
      }
    }
    let queue = try DatabaseQueue(path: old.storePath)
    try await queue.write { database in
      for table in ["review_rows", "review_decisions", "reviews"] {
        try database.execute(sql: "DROP TABLE \(table)")
      }
      try database.execute(
        sql: "DELETE FROM grdb_migrations WHERE identifier = ?", arguments: [names[before]])
    }
    try queue.close()
    let reader = try old.open(writable: false)
    #expect(try await reader.reviewRounds().isEmpty)
    #expect(try await reader.snapshot()?.run.counts[.found] == 1)
    let store = try old.open()
    let links = try await store.links()
    #expect(try await links == fixture.open().links() && links.count == 1)
    #expect(try await store.openReview(actor: "alice", at: Fixture.moment).number == 1)
  }

  @Test("V1: what a matched row costs", arguments: [4096])
  func size(rows: Int) throws {
    var batch = RoundRows(domain: "ACME")
    for number in 1...rows {
      batch.keys.append(
        .guid(try #require(ObjectGUID(high: UInt64(number), low: UInt64(number) &* 0x9E37_79B9))))
      batch.states.append(.linked)
      batch.flags.append([])
      batch.marks.append(.bySignature)
      batch.userName.appendRecord(text: "user\(number)")
      batch.reasonCode.appendRecord(text: "login-exact")
      batch.login.appendRecord(text: "user\(number)")
      batch.mail.appendRecord(text: "user\(number)@acme.example")
    }
    let packed = PackedRoundRows(batch)
    #expect(try packed.unpacked() == batch)
    #expect((packed.facts.count + packed.shown.count) / rows < 72)
    #expect(packed.facts.count / rows < 36)
  }

  @Test("bytes that no version has written are an error, not a trap", arguments: 0..<64)
  func damage(seed: Int) throws {
    var batch = RoundRows(domain: "ACME")
    batch.keys = [.guid(try Fixture.guid(1)), .record(Array("CN=x".utf8))]
    batch.states = [.linked, .unmatched]
    batch.flags = [[], .disabled]
    batch.marks = [.decided, .undecided]
    for text in ["a", nil] as [String?] {
      batch.userName.appendRecord(text: text)
      batch.reasonCode.appendRecord(text: text)
      batch.login.appendRecord(text: text)
      batch.mail.appendRecord(text: text)
    }
    let packed = PackedRoundRows(batch)
    var facts = packed.facts
    facts[seed % facts.count] ^= UInt8(1 << (seed % 8))
    let cut = Array(packed.shown.dropLast(1 + seed % packed.shown.count))
    for (facts, shown) in [(facts, packed.shown), (packed.facts, cut), ([], packed.shown)] {
      let damaged = PackedRoundRows(domain: "ACME", count: 2, facts: facts, shown: shown)
      if let rows = try? damaged.unpacked() { #expect(rows.count == 2) }
    }
  }
}
