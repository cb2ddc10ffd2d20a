internal import Dispatch
internal import Glibc
internal import Synchronization

/// Threads of their own for what blocks: C libraries, locks, disks, plugins. It never runs on the shared pool, whose
/// threads are few.
///
/// Where the system gives no thread, Foundation's `Thread` does nothing at all, and whoever waits for its work would
/// wait without end; here that is an error. What is written to a connection or pipe that has ended is an error of the
/// write on such a thread, not a signal that ends the process.
package enum OwnThread {
  /// How long a wait goes on before cancellation is looked at.
  package static let slice = Duration.milliseconds(50)

  /// Starts a thread and does not wait for it: whoever starts one sees to its end.
  ///
  /// - Throws: ``NoThread`` if the system gives none; then the work is not done.
  package static func start(_ work: @escaping @Sendable () -> Void) throws(NoThread) {
    let box = unsafe Unmanaged.passRetained(
      Box {
        blockClosedPipe()
        work()
      })
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { word in
        if let word = unsafe word {
          unsafe Unmanaged<Box>.fromOpaque(word).takeRetainedValue().work()
        }
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      unsafe box.release()
      throw NoThread()
    }
    pthread_detach(thread)
  }

  private final class Box {
    let work: @Sendable () -> Void

    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }

  private static func blockClosedPipe() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Runs work to its end and waits without holding a thread of the pool.
  ///
  /// - Throws: what the work throws; ``NoThread``.
  package static func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      do throws(NoThread) {
        try start { continuation.resume(with: Result(catching: work)) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// Runs work to its end; cancelling the task raises the flag that the work is given.
  package static func run<Value: Sendable>(
    _ work: @escaping @Sendable (Cancellation) throws -> Value
  ) async throws -> Value {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await run { try work(cancellation) }
    } onCancel: {
      cancellation.raise()
    }
  }

  /// Runs work that waits without a limit of its own, as a resolver and libkrb5 do, and gives it up
  /// at a deadline: its thread goes on to whatever end it has, and what it finds is dropped.
  ///
  /// It blocks, and is for work that has a thread of its own already.
  ///
  /// - Returns: nil if the time was over first.
  /// - Throws: what the work throws; ``NoThread``; `CancellationError`.
  package static func value<Value: Sendable>(
    until deadline: ContinuousClock.Instant, _ cancellation: Cancellation,
    _ work: @escaping @Sendable () throws -> Value
  ) throws -> Value? {
    let answer = Answer<Value>()
    try start { answer.give(Result(catching: work)) }
    while !answer.isThere(within: slice) {
      try cancellation.check()
      guard ContinuousClock.now < deadline else { return nil }
    }
    return try answer.value()
  }

  /// Waits for asynchronous work, which is cancelled when the flag is raised.
  ///
  /// It blocks, and is for work that has a thread of its own already.
  ///
  /// - Throws: what the work throws.
  package static func wait<Value: Sendable>(
    _ cancellation: Cancellation, for work: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    let answer = Answer<Value>()
    let task = Task {
      do { answer.give(.success(try await work())) } catch { answer.give(.failure(error)) }
    }
    while !answer.isThere(within: slice) {
      if cancellation.isRaised { task.cancel() }
    }
    guard let value = try answer.value() else { throw CancellationError() }
    return value
  }

  private final class Answer<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let signal = DispatchSemaphore(value: 0)

    func give(_ answer: Result<Value, any Error>) {
      result.withLock { $0 = answer }
      signal.signal()
    }

    func isThere(within limit: Duration) -> Bool {
      signal.wait(timeout: .now() + .milliseconds(Int(limit / .milliseconds(1)))) == .success
    }

    func value() throws -> Value? { try result.withLock { $0 }?.get() }
  }
}

/// The system gives no more threads.
package struct NoThread: Error, CustomStringConvertible {
  package var description: String { SystemWords.noThreads.text }
}
