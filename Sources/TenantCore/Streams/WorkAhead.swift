internal import Dispatch
internal import OperatingSystem
internal import Synchronization

/// Works at numbered pieces on threads of its own, some of them ahead, while whoever takes the results does something
/// else: results come in the order of the pieces, however many threads there are. A taker that would have to wait
/// works at pieces, too.
///
/// For one taker. ``close()`` has to be called at the end, also after an error.
package final class WorkAhead<Outcome: Sendable>: Sendable {
  private struct State {
    /// The next piece that a thread begins.
    var begun = 0
    /// The next piece whose result is taken.
    var taken = 0
    var isClosed = false
    var results: [Int: Result<Outcome, any Error>] = [:]
  }

  private let count: Int
  private let threads: Int
  private let work: @Sendable (Int) throws -> Outcome
  private let state = Mutex(State())
  /// How many more pieces may be begun.
  private let room: DispatchSemaphore
  private let results = DispatchSemaphore(value: 0)

  /// Begins.
  ///
  /// - Parameters:
  ///   - threads: how many work beside the taker; with none, each piece is worked at when its result is taken.
  ///   - count: the number of pieces.
  ///   - limit: how many results may wait to be taken.
  ///   - work: what is done with a piece, by its number from 0.
  /// - Throws: `NoThread`.
  package init(
    threads: Int, count: Int, limit: Int, work: @escaping @Sendable (Int) throws -> Outcome
  ) throws {
    self.count = count
    self.threads = max(0, min(threads, count))
    self.work = work
    room = DispatchSemaphore(value: 0)
    for _ in 0..<max(1, limit) { room.signal() }
    do {
      for _ in 0..<self.threads { try OwnThread.start { self.workThread() } }
    } catch {
      close()
      throw error
    }
  }

  /// The next result; nil after the last. Works or waits until it is there.
  ///
  /// - Throws: what the work threw.
  package func next() throws -> Outcome? {
    guard state.withLock({ $0.taken }) < count else { return nil }
    while true {
      if let result = take() { return try result.get() }
      // Without room enough is begun, and the next result among it.
      if room.wait(timeout: .now()) == .success, let piece = begin() {
        let result = Result { try work(piece) }
        state.withLock { $0.results[piece] = result }
      } else {
        results.wait()
      }
    }
  }

  /// The next result, if it is there already.
  ///
  /// - Throws: what the work threw.
  package func nextIfReady() throws -> Outcome? { try take()?.get() }

  /// Lets the threads end; what was not begun is dropped.
  package func close() {
    state.withLock { $0.isClosed = true }
    for _ in 0..<threads { room.signal() }
  }

  private func take() -> Result<Outcome, any Error>? {
    let result = state.withLock { state in
      let result = state.results.removeValue(forKey: state.taken)
      if result != nil { state.taken += 1 }
      return result
    }
    if result != nil { room.signal() }
    return result
  }

  /// Begins a piece, for which there is room; nil if none is left, and the room is another's.
  private func begin() -> Int? {
    let piece: Int? = state.withLock { state in
      guard !state.isClosed, state.begun < count else { return nil }
      state.begun += 1
      return state.begun - 1
    }
    if piece == nil { room.signal() }
    return piece
  }

  private func workThread() {
    while true {
      room.wait()
      guard let piece = begin() else { return }
      let result = Result { try work(piece) }
      state.withLock { $0.results[piece] = result }
      results.signal()
    }
  }
}
