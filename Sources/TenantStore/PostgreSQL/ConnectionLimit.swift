internal import Synchronization

/// So many at once; the others wait in turn.
final class ConnectionLimit: Sendable {
  private struct Waiting {
    let number: Int
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var free: Int
    var waiting: [Waiting] = []
    var lastNumber = 0
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(free: count)) }

  /// Waits for a place.
  ///
  /// - Returns: false if the time was over first.
  func take(within limit: Duration? = nil) async -> Bool {
    await withCheckedContinuation { continuation in
      let number = state.withLock { state -> Int? in
        guard state.free == 0 else {
          state.free -= 1
          return nil
        }
        state.lastNumber += 1
        state.waiting.append(Waiting(number: state.lastNumber, continuation: continuation))
        return state.lastNumber
      }
      guard let number else { return continuation.resume(returning: true) }
      guard let limit else { return }
      Task {
        try? await Task.sleep(for: limit)
        self.giveUp(number)
      }
    }
  }

  private func giveUp(_ number: Int) {
    let waiting = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    waiting?.continuation.resume(returning: false)
  }

  /// Gives a place back, to whoever has waited for longest.
  func give() {
    let next = state.withLock { state -> Waiting? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.free += 1
      return nil
    }
    next?.continuation.resume(returning: true)
  }

  /// Works in a place.
  func use<R: Sendable>(_ work: () async throws -> R) async throws -> R {
    _ = await take()
    defer { give() }
    return try await work()
  }
}
