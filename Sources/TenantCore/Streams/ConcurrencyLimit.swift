internal import OperatingSystem
internal import Synchronization

/// Runs a limited number of operations at once; a limited number of others wait in order, and any
/// beyond that are rejected.
package final class ConcurrencyLimit: Sendable {
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
  private let queued: Int
  private let rejection: any Error

  /// Makes a limit.
  ///
  /// - Parameters:
  ///   - running: how many operations run at once.
  ///   - queued: how many may wait.
  ///   - rejection: the error that is thrown to any beyond.
  package init(running: Int, queued: Int, rejection: any Error) {
    state = Mutex(State(free: running))
    self.queued = queued
    self.rejection = rejection
  }

  /// Waits for its turn, then works.
  ///
  /// - Throws: what the work throws; the rejection; `CancellationError`.
  package func run<Value: Sendable>(
    _ work: @Sendable () async throws -> Value
  ) async throws -> Value {
    try await enter()
    defer { leave() }
    return try await work()
  }

  /// Waits for its turn, then does blocking work on a thread of its own.
  package func runBlocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await enter()
    return try await withCheckedThrowingContinuation { continuation in
      // It leaves as soon as the work is done: the caller may resume much later.
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
      // Under the lock: a task that is cancelled later finds itself among those that wait.
      if Task.isCancelled { return .failure(CancellationError()) }
      if state.free > 0 {
        state.free -= 1
        return .success(())
      }
      guard state.waiting.count < queued else { return .failure(rejection) }
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
