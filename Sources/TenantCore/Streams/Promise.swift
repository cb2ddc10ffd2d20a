internal import Synchronization

/// A value that comes later, once: tasks wait for it without holding a thread.
package final class Promise<Value: Sendable>: Sendable {
  private struct State {
    var result: Result<Value, any Error>?
    var waiting: [Int: CheckedContinuation<Value, any Error>] = [:]
    var lastID = 0
  }

  private let state = Mutex(State())

  /// Makes a promise.
  package init() {}

  /// True once there is a result.
  package var isKept: Bool { state.withLock { $0.result != nil } }

  /// Gives the result; the first one counts.
  package func keep(_ result: Result<Value, any Error>) {
    let waiting = state.withLock { state in
      if state.result == nil { state.result = result }
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for continuation in waiting { continuation.resume(with: result) }
  }

  /// Waits for the value.
  ///
  /// - Throws: the error that was given in its place; `CancellationError`.
  package func value() async throws -> Value {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let known: Result<Value, any Error>? = state.withLock { state in
          // Under the lock: a task that is cancelled later finds itself among those that wait.
          if Task.isCancelled { return .failure(CancellationError()) }
          if let result = state.result { return result }
          state.waiting[id] = continuation
          return nil
        }
        if let known { continuation.resume(with: known) }
      }
    } onCancel: {
      let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
      continuation?.resume(throwing: CancellationError())
    }
  }
}
