import Dispatch
import Synchronization
import TenantCore
import Testing

@Suite(
  "A limited number of operations run, a limited number wait, the rest are rejected",
  .timeLimit(.minutes(5)))
struct ConcurrencyLimitTests {
  private struct Rejection: Error {}
  private struct Fault: Error {}

  @Test("No more than the limit run at once, and all of them in the end")
  func running() async throws {
    let limit = ConcurrencyLimit(running: 3, queued: 100, rejection: Rejection())
    let inside = Inside()
    try await withThrowingTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          try await limit.run {
            inside.enter()
            while inside.most < 3 {
              try Task.checkCancellation()
              await Task.yield()
            }
            inside.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(inside.most == 3)
    #expect(inside.all == 50)
  }

  private final class Inside: Sendable {
    private let counts = Mutex((now: 0, most: 0, all: 0))

    var most: Int { counts.withLock { $0.most } }
    var all: Int { counts.withLock { $0.all } }

    func enter() {
      counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
    }

    func leave() { counts.withLock { $0.now -= 1 } }
  }

  @Test("A failure frees its place; an operation beyond the queue is rejected")
  func rejected() async throws {
    let limit = ConcurrencyLimit(running: 1, queued: 0, rejection: Rejection())
    for _ in 0..<3 {
      await #expect(throws: Fault.self) {
        try await limit.run { throw Fault() }
      }
    }
    _ = try await limit.run {
      await #expect(throws: Rejection.self) { try await limit.run {} }
    }
  }

  @Test("An operation that is cancelled while it waits takes no place")
  func cancelled() async throws {
    let limit = ConcurrencyLimit(running: 1, queued: 1, rejection: Rejection())
    try await limit.run {
      let rejected = AsyncStream<Int>.makeStream()
      let tasks = (0..<2).map { number in
        Task {
          do {
            try await limit.run {}
          } catch is Rejection {
            rejected.continuation.yield(number)
          }
        }
      }
      // The queue has one place: once one of the two is rejected, the other one waits.
      for await number in rejected.stream.prefix(1) {
        let waiting = tasks[1 - number]
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
      }
    }
    try await limit.run {}
  }

  @Test("Blocking work is limited in the same way, on threads of its own")
  func blocking() async throws {
    let limit = ConcurrencyLimit(running: 2, queued: 3, rejection: Rejection())
    let gate = DispatchSemaphore(value: 0)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          do {
            try await limit.runBlocking { gate.wait() }
            return true
          } catch { return false }
        }
      }
      var outcomes: [Bool] = []
      // Two run, three wait: the other three are rejected while nothing has ended.
      for _ in 0..<3 { if let outcome = await group.next() { outcomes.append(outcome) } }
      #expect(outcomes == [false, false, false])
      for _ in 0..<5 { gate.signal() }
      for await outcome in group { outcomes.append(outcome) }
      return outcomes
    }
    #expect(outcomes.filter(\.self).count == 5)
    try await limit.runBlocking {}
  }
}
