internal import Dispatch
import OperatingSystem
import Synchronization
import TenantCore

/// Works on the organizational units of a directory at the same time, each over a connection of its
/// own: the cookie of a page belongs to a connection, so over one they would be read in turn, and
/// each page costs a round trip.
///
/// The first connection is there already, and its thread works too. Further ones are made to the same
/// server; one that grants fewer is read over those that it grants.
final class UnitWorkers {
  /// The most connections to a server. Active Directory runs 20 searches of all its clients at once
  /// (`MaxActiveQueries`), so more would take the server from others.
  static let maximumConnections = 10

  private let first: LDAPSession
  private let queue: JobQueue
  private let cancellation: Cancellation

  /// Begins to connect.
  ///
  /// - Parameters:
  ///   - count: how many connections there are at most, with the first one.
  ///   - session: the first connection; its cancellation ends all.
  ///   - open: makes another connection to the same server, on a thread of its own.
  init(
    _ count: Int, first session: LDAPSession, _ cancellation: Cancellation,
    open: @escaping @Sendable () throws -> LDAPSession
  ) {
    first = session
    self.cancellation = cancellation
    let queue = JobQueue()
    self.queue = queue
    for _ in 1..<max(1, count) {
      // Where there is no thread, those that there are do the work.
      try? OwnThread.start {
        guard let session = try? open() else { return }
        while let job = queue.next(waits: true) { job(session) }
      }
    }
  }

  /// Lets the connections go.
  deinit { queue.close() }

  /// Works on each unit, several at a time, and waits for all.
  ///
  /// - Returns: the results in the order of the units.
  /// - Throws: the error of the first unit that failed; all others are then cancelled.
  func each<Value: Sendable>(
    _ units: [String], _ work: @escaping @Sendable (String, LDAPSession) throws -> Value
  ) throws -> [Value] {
    let results = Results<Value>(units.count)
    queue.add(
      units.enumerated().map { index, unit in
        { [cancellation] session in
          let result = Result {
            try cancellation.check()
            return try work(unit, session)
          }
          if case .failure = result { cancellation.raise() }
          results.put(result, at: index)
        }
      })
    while let job = queue.next(waits: false) { job(first) }
    return try results.wait()
  }
}

/// What connections have to do, in order.
private final class JobQueue: Sendable {
  typealias Job = @Sendable (LDAPSession) -> Void

  private let state = Mutex((jobs: [Job](), isClosed: false))
  private let wake = DispatchSemaphore(value: 0)

  func add(_ jobs: [Job]) {
    state.withLock { $0.jobs += jobs }
    for _ in jobs { wake.signal() }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wake.signal()
  }

  /// The next job; nil if the queue is closed or, unless it waits for one, empty.
  func next(waits: Bool) -> Job? {
    while true {
      let (job, isClosed) = state.withLock { state in
        (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
      }
      if let job { return job }
      guard !isClosed else {
        wake.signal()  // for the next one who waits
        return nil
      }
      guard waits else { return nil }
      wake.wait()
    }
  }
}

/// One result for each unit.
private final class Results<Value: Sendable>: Sendable {
  private let results: Mutex<[Result<Value, any Error>?]>
  private let count: Int
  private let done = DispatchSemaphore(value: 0)

  init(_ count: Int) {
    results = Mutex(Array(repeating: nil, count: count))
    self.count = count
  }

  func put(_ result: Result<Value, any Error>, at index: Int) {
    results.withLock { $0[index] = result }
    done.signal()
  }

  func wait() throws -> [Value] {
    for _ in 0..<count { done.wait() }
    let all = results.withLock { $0.compactMap(\.self) }
    // The others were cancelled because of it.
    for case .failure(let error) in all where !(error is CancellationError) { throw error }
    return try all.map { try $0.get() }
  }
}
