import Dispatch
import Synchronization
import TenantCore
import Testing

@Suite("A crowd waits in turn, and beyond a number it is turned away", .timeLimit(.minutes(5)))
struct TurnstileTests {
  private struct Crowd: Error {}
  private struct Fault: Error {}

  @Test("No more than so many at once, and all of them in the end")
  func abreast() async throws {
    let turnstile = Turnstile(abreast: 3, seats: 100, turnedAway: Crowd())
    let inside = Inside()
    try await withThrowingTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          try await turnstile.pass {
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

  @Test("Who fails leaves the way free; who is beyond the seats is turned away")
  func crowd() async throws {
    let turnstile = Turnstile(abreast: 1, seats: 0, turnedAway: Crowd())
    for _ in 0..<3 {
      await #expect(throws: Fault.self) {
        try await turnstile.pass { throw Fault() }
      }
    }
    _ = try await turnstile.pass {
      await #expect(throws: Crowd.self) { try await turnstile.pass {} }
    }
  }

  @Test("Who gives up waiting takes nobody's turn")
  func cancelled() async throws {
    let turnstile = Turnstile(abreast: 1, seats: 1, turnedAway: Crowd())
    try await turnstile.pass {
      let turnedAway = AsyncStream<Int>.makeStream()
      let tasks = (0..<2).map { number in
        Task {
          do {
            try await turnstile.pass {}
          } catch is Crowd {
            turnedAway.continuation.yield(number)
          }
        }
      }
      // There is one seat: once one of the two is turned away, the other one waits.
      for await number in turnedAway.stream.prefix(1) {
        let waiting = tasks[1 - number]
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
      }
    }
    try await turnstile.pass {}
  }

  @Test("blocking work waits in turn too, on threads of its own")
  func blocking() async throws {
    let turnstile = Turnstile(abreast: 2, seats: 3, turnedAway: Crowd())
    let gate = DispatchSemaphore(value: 0)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          do {
            try await turnstile.passBlocking { gate.wait() }
            return true
          } catch { return false }
        }
      }
      var outcomes: [Bool] = []
      // Two are in, three wait: the other three are turned away while nobody has left.
      for _ in 0..<3 { if let outcome = await group.next() { outcomes.append(outcome) } }
      #expect(outcomes == [false, false, false])
      for _ in 0..<5 { gate.signal() }
      for await outcome in group { outcomes.append(outcome) }
      return outcomes
    }
    #expect(outcomes.filter(\.self).count == 5)
    try await turnstile.passBlocking {}
  }
}
