import Administration
import Authorization
import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import TenantStore

@Suite("Pages of long tables read little", .timeLimit(.minutes(5)))
struct PagingTests {
  private let fixture = Fixture()

  private func reviewRows(_ store: TenantStore) async throws -> [ReviewRows] {
    let batches = Mutex<[ReviewRows]>([])
    try await store.forEachReviewRows { rows in batches.withLock { $0.append(rows) } }
    return batches.withLock { $0 }
  }

  @Test("the rows that a table is searched by are those of the snapshot, in R4's order")
  func rows() async throws {
    let store = try await fixture.synced()
    let rows = try #require(try await reviewRows(store).first)
    let keys = (0..<rows.states.count).map { rows.keys.first(of: $0) ?? [] }
    let entries = try await store.entries(keys.compactMap { RowKey(packed: $0) })
    #expect(entries.count == keys.count)
    for (row, key) in keys.enumerated() {
      let rowKey = try #require(RowKey(packed: key))
      let entry = try #require(entries[rowKey])
      #expect(entry.state == rows.states[row])
      #expect(entry.domain == rows.domains[row])
      #expect(CanonicalText.of(entry.login) == rows.login.text(of: row) ?? "")
      #expect(entry.userName == rows.userName.text(of: row))
    }
  }

  @Test("rows come in the order of their keys; one that is gone is left out")
  func byKey() async throws {
    let store = try await fixture.synced()
    let rows = try #require(try await reviewRows(store).first)
    let keys = (0..<rows.states.count).compactMap { RowKey(packed: rows.keys.first(of: $0) ?? []) }
    let asked = [keys[keys.count - 1], .guid(try Fixture.guid(250)), keys[0]]
    let batch = try await store.rows(
      asked, columns: [.activeDirectoryLogin, .state, .reasonMessage])
    #expect(batch.count == 2)
    #expect(batch.text(.state, row: 0) == rows.states[keys.count - 1].rawValue)
    #expect(batch.text(.state, row: 1) == rows.states[0].rawValue)
    #expect(batch.text(.reasonMessage, row: 0) != nil)
  }

  @Test("a change by hand and a run each make another revision; reading makes none")
  func revision() async throws {
    let store = try await fixture.synced()
    let first = try await store.revision()
    _ = try await store.head()
    #expect(try await store.revision() == first)
    try await store.edit("bob", UserEdit(isActive: true), actor: "alice", at: Fixture.moment)
    let second = try await store.revision()
    #expect(second != first)
    #expect(second.snapshot == first.snapshot)
    _ = try await store.record(Fixture.run(outcome: .failed))
    let third = try await store.revision()
    #expect(third.run > second.run)
    #expect(third.snapshot == first.snapshot)
  }

  @Test("changes and runs come page by page, each once (T5)")
  func pages() async throws {
    let store = try await fixture.synced()
    var before: Int64?
    var numbers: [Int64] = []
    while true {
      let page = try await store.changes(before: before, ofLogin: nil, limit: 2)
      guard let last = page.last else { break }
      numbers += page.map(\.number)
      before = last.number
    }
    #expect(numbers == Array(numbers.sorted().reversed()))
    let all = try await store.changes(before: nil, ofLogin: nil, limit: .max)
    #expect(numbers == all.map(\.number))
    var names: [String] = []
    try await store.forEachChange { names.append($0.userName) }
    #expect(names.contains("Äda") && !names.contains("nobody"))
    let subjects = Mutex<[ChangeSubject]>([])
    try await store.forEachChangeSubject(after: 0) { one in subjects.withLock { $0.append(one) } }
    let ofAda = subjects.withLock { $0 }.filter { $0.userKey == CanonicalText.of("Äda") }
    let changes = try await store.changes(numbers: ofAda.map(\.number) + [999])
    #expect(!changes.isEmpty && changes.allSatisfy { $0.change.userName == "Äda" })
    #expect(subjects.withLock { $0.map(\.number) } == numbers.reversed())
    _ = try await store.record(Fixture.run(outcome: .failed))
    #expect(try await store.runs(before: 2, limit: 10).map(\.id) == [1])
    #expect(try await store.run(2)?.outcome == .failed)
    #expect(try await store.run(3) == nil)
  }

  @Test("users by name come in the order of the names, from the store and from a file")
  func users() async throws {
    let store = try await fixture.synced()
    #expect(
      try await store.users(named: ["BOB", "nobody", "äda"]).map(\.userName) == ["bob", "Äda"])
    let other = Fixture(usersFile: true)
    try other.write(Fixture.usersCSV)
    #expect(
      try await other.open().users(named: ["bob", "JSMITH"]).map(\.userName) == ["bob", "jsmith"])
  }

  @Test("users come page by page, each once, with link and hold, from the store and from a file")
  func userPages() async throws {
    let store = try await fixture.synced()
    let other = Fixture(usersFile: true)
    try other.write(Fixture.usersCSV)
    for store in [store, try other.open()] {
      let all = try await store.users(after: nil, limit: .max)
      #expect(all.map(\.userName) == ["bob", "jsmith", "Äda"])
      for limit in 1...3 {
        var paged: [UserDetail] = []
        while case let page = try await store.users(after: paged.last?.userName, limit: limit),
          !page.isEmpty
        { paged += page }
        #expect(paged == all)
      }
      #expect(try await store.users(after: "BOB", limit: 1).map(\.userName) == ["jsmith"])
      #expect(try await store.users(after: "c", limit: 9).map(\.userName) == ["jsmith", "Äda"])
      #expect(try await store.users(after: "Äda", limit: 9).isEmpty)
      #expect(try await store.users(after: nil, limit: 0).isEmpty)
    }
    #expect(try await store.users(after: "bob", limit: 1).first?.link != nil)
  }

  @Test("the head counts as the snapshot does")
  func head() async throws {
    let store = try await fixture.synced()
    let (head, snapshot) = (try await store.head(), try await store.snapshot())
    #expect(head?.run == snapshot?.run)
    #expect(head?.unclaimedCount == snapshot?.unclaimed.count)
  }
}
