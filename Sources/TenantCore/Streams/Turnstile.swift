internal import OperatingSystem
internal import Synchronization

/// Lets a few pass at once; the others wait in order, and a crowd is turned away.
package final class Turnstile: Sendable {
  private struct Waiting {
    var id: Int
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var free: Int
    var waiting: [Waiting] = []
    var lastID = 0
  }

  private let state: Mutex<State>
  private let seats: Int
  private let turnedAway: any Error

  /// Makes a turnstile.
  ///
  /// - Parameters:
  ///   - abreast: how many pass at once.
  ///   - seats: how many may wait.
  ///   - turnedAway: is thrown to those beyond.
  package init(abreast: Int, seats: Int, turnedAway: any Error) {
    state = Mutex(State(free: abreast))
    self.seats = seats
    self.turnedAway = turnedAway
  }

  /// Waits for its turn, then works.
  ///
  /// - Throws: what the work throws; what those are told who are too many; `CancellationError`.
  package func pass<Value: Sendable>(
    _ work: @Sendable () async throws -> Value
  ) async throws -> Value {
    try await enter()
    defer { leave() }
    return try await work()
  }

  /// Waits for its turn, then does blocking work on a thread of its own.
  package func passBlocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await enter()
    return try await withCheckedThrowingContinuation { continuation in
      // It leaves as soon as the work is done: who waits for the answer may be long in coming.
      do throws(NoThread) {
        try OwnThread.start {
          let result = Result(catching: work)
          self.leave()
          continuation.resume(with: result)
        }
      } catch {
        leave()
        continuation.resume(throwing: error)
      }
    }
  }

  private func enter() async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { wait($0, id) }
    } onCancel: {
      let waiting = state.withLock { state in
        let index = state.waiting.firstIndex { $0.id == id }
        return index.map { state.waiting.remove(at: $0) }
      }
      waiting?.continuation.resume(throwing: CancellationError())
    }
  }

  private func wait(_ continuation: CheckedContinuation<Void, any Error>, _ id: Int) {
    let outcome: Result<Void, any Error>? = state.withLock { state in
      // Under the lock: who is cancelled later finds itself among those that wait.
      if Task.isCancelled { return .failure(CancellationError()) }
      if state.free > 0 {
        state.free -= 1
        return .success(())
      }
      guard state.waiting.count < seats else { return .failure(turnedAway) }
      state.waiting.append(Waiting(id: id, continuation: continuation))
      return nil
    }
    if let outcome { continuation.resume(with: outcome) }
  }

  private func leave() {
    let next = state.withLock { state -> Waiting? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.continuation.resume()
  }
}
