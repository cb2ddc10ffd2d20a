internal import Dispatch
internal import Synchronization

/// Carries a store from the thread that reads it to the thread that writes another, and the answer back: both wait.
///
/// If one side fails, the other does not wait for it.
final class RowPipe: Sendable {
  /// What is carried.
  enum Parcel: Sendable {
    /// Rows of the present table.
    case rows([RowImage])
    case endOfTable
    /// After the last table: what is beside the store, and the digest of all that was sent.
    case end(TenantBeside, digest: String)
  }

  private struct State {
    var parcels: [Parcel] = []
    var isWritten = false
    var failure: (any Error)?
  }

  private static let capacity = 4

  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)
  private let parcels = DispatchSemaphore(value: 0)
  private let answer = DispatchSemaphore(value: 0)

  init() { for _ in 0..<Self.capacity { room.signal() } }

  /// Waits for room and hands something over.
  func send(_ parcel: Parcel) throws {
    room.wait()
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      state.parcels.append(parcel)
    }
    parcels.signal()
  }

  /// Waits for the next.
  func receive() throws -> Parcel {
    parcels.wait()
    let parcel = try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.parcels.removeFirst()
    }
    room.signal()
    return parcel
  }

  /// Says that all is written for good.
  func noteWritten() {
    state.withLock { $0.isWritten = true }
    answer.signal()
  }

  /// True once all is written for good.
  var isWritten: Bool { state.withLock(\.isWritten) }

  /// Waits until all is written for good.
  func waitUntilWritten() throws {
    answer.wait()
    try state.withLock { state in
      if let failure = state.failure { throw failure }
    }
  }

  /// Ends what both sides wait for; the first failure counts.
  func fail(_ error: any Error) {
    state.withLock { if $0.failure == nil { $0.failure = error } }
    for semaphore in [room, parcels, answer] { semaphore.signal() }
  }
}
