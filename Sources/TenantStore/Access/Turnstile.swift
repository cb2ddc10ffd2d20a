internal import Foundation
internal import Synchronization

/// Lets some through at once, each on a thread of its own; the others wait in turn, and who finds too
/// many waiting is turned away.
final class Turnstile: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, any Error>] = []
  }

  private let state: Mutex<State>
  private let longestQueue: Int

  /// Makes a turnstile.
  init(width: Int, longestQueue: Int) {
    state = Mutex(State(free: width))
    self.longestQueue = longestQueue
  }

  /// Does blocking work when it is its turn.
  ///
  /// - Throws: what the work throws; ``StoreError`` if too many are waiting.
  func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await enter()
    defer { leave() }
    try Task.checkCancellation()
    return try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Result(catching: work)) }.start()
    }
  }

  private func enter() async throws {
    try await withCheckedThrowingContinuation { continuation in
      let answer: Result<Void, any Error>? = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return .success(())
        }
        guard state.waiting.count < longestQueue else { return .failure(Self.tooMany) }
        state.waiting.append(continuation)
        return nil
      }
      if let answer { continuation.resume(with: answer) }
    }
  }

  private func leave() {
    let next: CheckedContinuation<Void, any Error>? = state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }

  private static let tooMany = StoreError(
    .store, "too many passwords or tokens are looked at just now; try again in a moment")
}
