import Synchronization
import Testing

@testable import ActiveDirectory

@Suite("SignIn: a crowd waits, and does not open a connection each")
struct SignInTurnstileTests {
  @Test("No more than so many at once, and all of them in the end")
  func abreast() async throws {
    let turnstile = Turnstile(abreast: 3, seats: 100)
    let inside = Inside()
    try await withThrowingTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          try await turnstile.pass {
            inside.enter()
            try await Task.sleep(for: .milliseconds(2))
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
    let turnstile = Turnstile(abreast: 1, seats: 0)
    for _ in 0..<3 {
      await #expect(throws: SystemFault.self) {
        try await turnstile.pass { throw SystemFault(1) }
      }
    }
    _ = try await turnstile.pass {
      await #expect(throws: DirectoryError.self) { try await turnstile.pass {} }
    }
  }

  @Test("Who gives up waiting takes nobody's turn")
  func cancelled() async throws {
    let turnstile = Turnstile(abreast: 1, seats: 10)
    try await turnstile.pass {
      let waiting = Task { try await turnstile.pass {} }
      try await Task.sleep(for: .milliseconds(20))
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
    }
    try await turnstile.pass {}
  }
}
