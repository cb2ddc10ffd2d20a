import Synchronization
import TenantCore
import Testing

@testable import TenantStore

@Suite("Cancelled reads and writes", .timeLimit(.minutes(5))) struct CancellationTests {
  let fixture = Fixture()

  /// What a directory that fails at once does to the reading of the store beside it.
  @Test func `a store whose read was cancelled at any instant still records the failed run (T2)`()
    async throws
  {
    let store = try await fixture.imported()
    for round in 0..<1_500 {
      let reading = Task {
        for _ in 0..<4 { _ = try await store.links() }
      }
      // Up to 0.3 ms, in which a read begins and ends.
      let end = ContinuousClock.now + .nanoseconds(round % 1000 * 300)
      while ContinuousClock.now < end {}
      reading.cancel()
      _ = await reading.result
      let run = RunRecord(
        outcome: .incomplete, actor: "alice", startedAt: Fixture.moment,
        completedAt: Fixture.moment,
        message: "the file ends within the entry")
      #expect(try await store.record(run).id == Int64(round + 1))
    }
  }

  /// Rows that are written one by one, between which nobody but the engine looks.
  @Test func `a write that is cancelled at any row ends within a few and writes nothing (T4)`()
    async throws
  {
    let store = try await fixture.imported()
    for round in 0..<40 {
      let last = 1 + round * round * 3
      let rows = Atomic<Int>(0)
      let (starts, start) = AsyncStream.makeStream(of: Task<Void, any Error>.self)
      let writing = Task {
        var iterator = starts.makeAsyncIterator()
        let itself = try #require(await iterator.next())
        try await store.write { database in
          _ = try RunRow.insert(Self.run, database)
          let statement = try database.statement(
            "INSERT INTO unclaimed (name_key, user_name) VALUES (?, 'written')")
          for number in 0..<100_000 {
            if rows.add(1, ordering: .relaxed).newValue == last { itself.cancel() }
            try statement.run(RowImage(.text("written \(number)")))
          }
        }
      }
      start.yield(writing)
      await #expect(throws: CancellationError.self) { try await writing.value }
      // A row is some ten of SQLite's instructions, and it looks up every thousand.
      #expect((last...last + 500).contains(rows.load(ordering: .relaxed)), "round \(round)")
      let count = try await store.read { database in
        try database.integer("SELECT count(*) FROM unclaimed WHERE user_name = 'written'")
      }
      #expect(count == 0)
      #expect(try await store.record(Self.run).id == Int64(round + 1))
    }
  }

  private static let run = RunRecord(
    outcome: .incomplete, actor: "alice", startedAt: Fixture.moment, completedAt: Fixture.moment,
    message: "interrupted")
}
