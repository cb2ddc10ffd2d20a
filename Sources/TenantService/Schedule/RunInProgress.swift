internal import Synchronization

/// A run that can be abandoned while it reads, and not any more when it writes.
final class RunInProgress: Sendable {
  private struct State {
    var task: Task<Void, Never>?
    var isWriting = false
    var isAbandoned = false
  }

  private let state = Mutex(State())

  /// Begins work that calls the closure it is given before it writes.
  ///
  /// The task is no child of another: each run is cancelled for itself, if at all.
  init(_ work: @escaping @Sendable (_ willWrite: @escaping @Sendable () -> Void) async -> Void) {
    let task = Task { [self] in await work { self.state.withLock { $0.isWriting = true } } }
    let isAbandoned = state.withLock { state in
      state.task = task
      return state.isAbandoned
    }
    if isAbandoned { task.cancel() }
  }

  /// Cancels the run, unless it writes.
  func abandon() {
    let task = state.withLock { state in
      state.isAbandoned = true
      return state.isWriting ? nil : state.task
    }
    task?.cancel()
  }

  /// Waits until the run is over.
  func finish() async { await state.withLock(\.task)?.value }
}
