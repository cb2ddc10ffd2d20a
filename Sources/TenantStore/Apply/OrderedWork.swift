internal import Dispatch
internal import OperatingSystem
internal import Synchronization

/// Makes values on some threads, a few ahead of the one that takes them in their order.
final class OrderedWork<Value: Sendable>: Sendable {
  private struct State {
    var isCancelled = false
    /// The next value to be made.
    var next = 0
    /// The next value to be taken.
    var taken = 0
    var made: [Int: Value] = [:]
  }

  /// How many values a thread may be ahead.
  private static var ahead: Int { 4 }

  private let count: Int
  private let make: @Sendable (Int) -> Value
  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)
  private let arrival = DispatchSemaphore(value: 0)
  private let hasThreads: Bool

  /// Begins to make values.
  ///
  /// - Parameters:
  ///   - threads: how many make values beside the thread that takes them; with none, that one makes them.
  init(count: Int, threads: Int, make: @escaping @Sendable (Int) -> Value) {
    self.count = count
    self.make = make
    hasThreads = count > 1 && threads > 0
    guard hasThreads else { return }
    for _ in 0..<threads * Self.ahead { room.signal() }
    for _ in 0..<threads {
      // Where the system gives no thread, those that there are do the work, or the one that takes it.
      try? OwnThread.start { self.run() }
    }
  }

  /// Waits for the next value; nil after the last. One thread takes values.
  func next() -> Value? {
    let index = state.withLock { $0.taken }
    guard index < count else { return nil }
    state.withLock { $0.taken += 1 }
    return hasThreads ? taken(index) : make(index)
  }

  /// Ends the threads once each has made its value.
  func cancel() {
    state.withLock { $0.isCancelled = true }
    room.signal()
  }

  private func taken(_ index: Int) -> Value {
    while true {
      let value = state.withLock { $0.made.removeValue(forKey: index) }
      if let value {
        room.signal()
        return value
      }
      if let own = state.withLock({ claim(index, &$0) }) { return make(own) }
      arrival.wait()
    }
  }

  /// A value that no thread has begun is made by the one that waits for it.
  private func claim(_ index: Int, _ state: inout State) -> Int? {
    guard state.next == index else { return nil }
    state.next += 1
    return index
  }

  private func run() {
    while true {
      room.wait()
      let index = state.withLock { state -> Int? in
        guard !state.isCancelled, state.next < count else { return nil }
        state.next += 1
        return state.next - 1
      }
      guard let index else { break }
      let value = make(index)
      state.withLock { $0.made[index] = value }
      arrival.signal()
    }
    // The next thread that waits ends as well.
    room.signal()
  }
}
