import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import Administration
@testable import TenantStore

@Suite("Which rows changed, as a store remembers it", .timeLimit(.minutes(5)))
struct RowChangeTests {
  @Test("rows with and without a GUID, by run and by hand; a run that changes nothing is none")
  func rows() async throws {
    let fixture = Fixture()
    let store = try await fixture.synced()
    let users = try await store.users()
    #expect(try await store.rowsChanged(since: .run(1)) == .some([]))
    _ = try await store.apply(try fixture.laterPlan(users), run: Fixture.run(0, 2, linked: 1))
    #expect(try await store.rowsChanged(since: .run(1)) == .some([]))
    let head = try await store.reviewHead()

    var plan = try fixture.laterPlan(users)
    plan.rows[1].state = .excluded
    plan.rows[0].state = .linkedStale
    plan.rows[0].reason = .detailed(0)
    _ = try await store.apply(plan, run: Fixture.run(0, 1, linked: 1))
    let record = RowKey.record(Array("CN=nobody,DC=acme".utf8))
    let linked = RowKey.guid(try Fixture.guid(1))
    #expect(try await store.rowsChanged(since: .run(2)) == .some([linked, record]))
    #expect(try await store.rowsChanged(since: .run(3)) == .some([]))
    #expect(try await store.reviewHead().basis != head.basis)
    // Both are Matched, so nobody turned.
    let kinds = try await store.changes(before: nil, ofLogin: nil, limit: 100).map(\.change.kind)
    #expect(!kinds.contains(.noLongerMatched) && !kinds.contains(.matchedAgain))

    let link = try #require(try await store.links(of: [try Fixture.guid(1)]).first)
    let entry = try await store.entry(guid: try Fixture.guid(1))
    try await store.apply(
      [.unlink(link: link, entry: entry)], actor: "alice", at: Fixture.moment)
    #expect(try await store.rowsChanged(since: .run(3)) == .some([linked]))
    #expect(try await store.rowsChanged(since: .moment(Fixture.moment)) == .all)
  }

  @Test(
    "V2: what changed behind a mark; all did where nothing is known, or the mark is another store's"
  )
  func mark() async throws {
    let fixture = Fixture()
    let store = try await fixture.synced()
    let users = try await store.users()
    let first = try await store.lastRowChange()
    #expect(first > 0)
    #expect(try await store.rowsChanged(since: .change(first - 1)) == .all)
    #expect(try await store.rowsChanged(since: .change(first)) == .some([]))
    #expect(try await store.rowsChanged(since: .change(first + 1)) == .all)
    _ = try await store.apply(try fixture.laterPlan(users), run: Fixture.run(0, 2, linked: 1))
    #expect(try await store.lastRowChange() == first)

    var plan = try fixture.laterPlan(users)
    plan.rows[1].state = .excluded
    _ = try await store.apply(plan, run: Fixture.run(0, 1, linked: 1))
    let second = try await store.lastRowChange()
    let record = RowKey.record(Array("CN=nobody,DC=acme".utf8))
    #expect(try await store.rowsChanged(since: .change(first)) == .some([record]))
    #expect(try await store.rowsChanged(since: .change(second)) == .some([]))
    let link = try #require(try await store.links(of: [try Fixture.guid(1)]).first)
    let entry = try await store.entry(guid: try Fixture.guid(1))
    try await store.apply(
      [.unlink(link: link, entry: entry)], actor: "alice", at: Fixture.moment)
    let linked = RowKey.guid(link.guid)
    #expect(try await store.rowsChanged(since: .change(second)) == .some([linked]))
    #expect(try await store.rowsChanged(since: .change(first)) == .some([linked, record]))
  }

  @Test("V2: a link that vanishes is among what changed, and one that stays vanished is not")
  func vanished() async throws {
    let fixture = Fixture()
    let store = try await fixture.synced()
    let users = try await store.users()
    let mark = try await store.lastRowChange()
    let link = try #require(try await store.links().first)
    let subject = ReviewSubject.vanishedLink(link.guid)
    for (state, isChanged) in [
      (VanishedLinkState.sourceDeleted, true), (.sourceDeleted, false), (.sourceOutOfScope, true),
    ] {
      let before = try await store.lastRowChange()
      _ = try await store.apply(
        Fixture.plan([], users: users),
        run: Fixture.run(vanished: [VanishedLink(link: link, state: state)]))
      let changed = try await store.rowsChanged(since: .change(before))
      #expect(changed.includes(subject) == isChanged, "\(state)")
      #expect(try await store.rowsChanged(since: .change(mark)).includes(subject))
    }
  }

  @Test("V2: a decision on what changed since it was seen is refused with all that comes with it")
  func decided() async throws {
    let fixture = Fixture()
    let store = try await fixture.synced()
    let round = try await store.openReview(actor: "alice", at: Fixture.moment)
    let mark = try await store.lastRowChange()
    var plan = try fixture.laterPlan(try await store.users())
    plan.rows[1].state = .excluded
    _ = try await store.apply(plan, run: Fixture.run(0, 1, linked: 1))
    let changed = ReviewSubject.row(.record(Array("CN=nobody,DC=acme".utf8)))
    let same = ReviewSubject.row(.guid(try Fixture.guid(1)))
    func decide(_ subjects: [ReviewSubject], seen: Int64?) async throws -> [ReviewSubject] {
      let decision = ReviewDecision(
        .init(.confirmed), actor: "alice", at: Fixture.moment, review: round.number,
        facts: .unclaimed)
      return try await store.decide(
        subjects.map { ($0, decision) }, review: round.number, seen: seen)
    }
    #expect(try await decide([same, changed], seen: mark) == [changed])
    #expect(try await store.decisions(ofReview: round.number).isEmpty)
    #expect(try await decide([same], seen: mark).isEmpty)
    #expect(try await decide([changed], seen: store.lastRowChange()).isEmpty)
    #expect(try await decide([changed], seen: nil).isEmpty)
    #expect(Set(try await store.decisions(ofReview: round.number).keys) == [same, changed])
  }

  @Test(
    "changes after a number come the earliest first, also from the middle of a batch, and filtered")
  func changesAfter() async throws {
    let fixture = Fixture()
    let store = try await fixture.synced()
    let all = try await store.changes(before: nil, ofLogin: nil, limit: 100).map(\.number)
    #expect(all == all.sorted(by: >) && all.count == 4)
    func after(_ number: Int64, limit: Int, _ filter: HistoryFilter = HistoryFilter()) async throws
      -> [Int64]
    {
      try await store.changes(before: nil, after: number, fitting: filter, limit: limit)
        .map(\.number)
    }
    #expect(try await after(0, limit: 100) == all.reversed())
    for number in all {
      #expect(try await after(number, limit: 100) == all.reversed().filter { $0 > number })
    }
    #expect(try await after(1, limit: 2) == [2, 3])
    let between = try await store.changes(
      before: 4, after: 1, fitting: HistoryFilter(), limit: 100)
    #expect(between.map(\.number) == [2, 3])
    var filter = HistoryFilter()
    filter.kinds = [.linked]
    #expect(try await after(0, limit: 100, filter) == [4])
    filter.actor = "Alice"
    filter.run = 1
    #expect(try await after(0, limit: 100, filter) == [4])
    filter.run = 2
    #expect(try await after(0, limit: 100, filter).isEmpty)
  }

  @Test("counts are kept for what they are of, and for nothing else")
  func standing() async throws {
    let fixture = Fixture()
    let store = try await fixture.synced()
    let head = try await store.reviewHead()
    #expect(head.open == nil && head.signed == nil)
    // A run keeps what a first round would ask for.
    let doubtful = Mutex(try await store.snapshot()?.vanishedLinks.count ?? 0)
    try await store.forEachRowState { rows in
      doubtful.withLock { count in
        count += rows.count { state, flags in
          state.status == .notMatched || state == .linkedStale || flags.isEnabled == false
        }
      }
    }
    let first = ReviewStanding(attention: doubtful.withLock(\.self), changed: nil)
    #expect(first.attention > 0 && head.standing == first)
    let counts = ReviewStanding(attention: 2, changed: nil, endings: ["2026-11-30": 1])
    try await store.keep(counts, basis: "of something else")
    #expect(try await store.reviewHead().standing == first)
    try await store.keep(counts, basis: head.basis)
    #expect(try await store.reviewHead().standing == counts)
    let day = try #require(Day("2026-11-30"))
    #expect(counts.attention(at: day.start) == 2 && counts.attention(at: day.end) == 3)
    _ = try await store.openReview(actor: "alice", at: Fixture.moment)
    #expect(try await store.reviewHead().standing == nil)
    // Who has a review is asked for more than a run knows.
    let applied = try await store.apply(
      try fixture.laterPlan(try await store.users()), run: Fixture.run(0, 2, linked: 1))
    #expect(!applied.isStandingKept)
    #expect(try await store.reviewHead().standing == nil)
  }

  @Test("damaged bytes are an error and no trap")
  func damage() throws {
    var keys = RowChangeKeys()
    keys.append(try Fixture.guid(7))
    let bytes = keys.bytes + [UInt8(ascii: "x"), 3, 0, 0, 0, 1, 2, 3]
    var read: [RowKey] = []
    try RowChangeKeys.read(bytes) { read.append($0) }
    #expect(read == [.guid(try Fixture.guid(7)), .record([1, 2, 3])])
    for count in 1..<bytes.count where count != 17 {
      #expect(throws: StoreError.self) {
        try RowChangeKeys.read(Array(bytes.prefix(count))) { _ in }
      }
    }
    #expect(throws: StoreError.self) { try RowChangeKeys.read([1]) { _ in } }
    #expect(throws: StoreError.self) {
      try RowChangeKeys.read([UInt8(ascii: "x"), 255, 255, 255, 255]) { _ in }
    }
  }
}
