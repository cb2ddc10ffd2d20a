internal import Dispatch
package import OperatingSystem
internal import Synchronization

/// Carries values from threads that block to one task that does not, a few at a time.
///
/// A thread waits while ``capacity`` values are unread, so that a slow reader holds the server
/// back instead of filling the memory.
package final class BoundedChannel<Element: Sendable>: Sendable {
  private struct State {
    var waiting: [Element] = []
    var end: Result<Void, any Error>?
    var reader: CheckedContinuation<Element?, any Error>?
  }

  /// Tells the threads to end.
  package let cancellation = Cancellation()
  private let state = Mutex(State())
  private let room: DispatchSemaphore

  /// Makes a channel.
  ///
  /// - Parameter capacity: how many values may be unread.
  package init(capacity: Int) {
    room = DispatchSemaphore(value: 0)
    for _ in 0..<capacity { room.signal() }
  }

  /// Waits for room and hands a value over.
  ///
  /// - Throws: `CancellationError` once nobody reads any more.
  package func send(_ element: Element) throws {
    room.wait()
    if cancellation.isRaised {
      room.signal()  // for the next thread that waits
      throw CancellationError()
    }
    let reader = state.withLock { state in
      let reader = state.reader.take()
      if reader == nil { state.waiting.append(element) }
      return reader
    }
    guard let reader else { return }
    room.signal()
    reader.resume(returning: element)
  }

  /// Nothing follows; what waits is still read.
  package func finish(_ end: Result<Void, any Error>) {
    let reader = state.withLock { state in
      if state.end == nil { state.end = end }
      return state.reader.take()
    }
    reader?.resume(with: end.map { nil })
  }

  /// Ends the reading at once and lets the threads know.
  package func cancel() {
    cancellation.raise()
    state.withLock { $0.waiting = [] }
    finish(.failure(CancellationError()))
    room.signal()
  }

  /// The next value, or nil after the last. One task reads.
  package func next() async throws -> Element? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let answer: Result<Element?, any Error>? = state.withLock { state in
          guard state.waiting.isEmpty else { return .success(state.waiting.removeFirst()) }
          if let end = state.end { return end.map { nil } }
          state.reader = continuation
          return nil
        }
        guard let answer else { return }
        if case .success(.some) = answer { room.signal() }
        continuation.resume(with: answer)
      }
    } onCancel: {
      cancel()
    }
  }
}
