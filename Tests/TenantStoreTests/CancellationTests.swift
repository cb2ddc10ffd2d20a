import TenantCore
import Testing

@testable import TenantStore

@Suite("Cancelled reads", .timeLimit(.minutes(5))) struct CancellationTests {
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
}
