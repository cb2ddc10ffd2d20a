import Dispatch
import Glibc
import PluginContract
import Synchronization
import TenantCore

/// Runs blocking C on a thread of its own, never on the shared pool, whose threads are few.
enum OwnThread {
  /// Starts a thread and does not wait for it. What libldap writes to a connection that has ended is
  /// an error on it, not a signal that ends the process.
  ///
  /// - Throws: if the system gives no more threads.
  static func start(_ work: @escaping @Sendable () -> Void) throws(NoThread) {
    try SystemThread.start {
      blockClosedPipe()
      work()
    }
  }

  private static func blockClosedPipe() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Runs work to its end; cancelling the task raises the flag that the work is given.
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable (Cancellation) throws -> Value
  ) async throws -> Value {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        do {
          try start { continuation.resume(with: Result { try work(cancellation) }) }
        } catch {
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      cancellation.raise()
    }
  }

  /// Runs work that waits without a limit of its own, as a resolver and libkrb5 do, and gives it up
  /// at a deadline: its thread goes on to whatever end it has, and what it finds is dropped.
  ///
  /// - Returns: nil if the time was over first.
  /// - Throws: what the work throws; ``PluginContract/NoThread``; `CancellationError`.
  static func value<Value: Sendable>(
    until deadline: ContinuousClock.Instant, _ cancellation: Cancellation,
    _ work: @escaping @Sendable () throws -> Value
  ) throws -> Value? {
    let answer = Answer<Value>()
    try start {
      let result = Result { try work() }
      answer.result.withLock { $0 = result }
      answer.isThere.signal()
    }
    let slice = DispatchTimeInterval.milliseconds(LDAPHandle.slice)
    while answer.isThere.wait(timeout: .now() + slice) == .timedOut {
      try cancellation.check()
      guard ContinuousClock.now < deadline else { return nil }
    }
    return try answer.result.withLock { $0 }?.get()
  }

  private final class Answer<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
    let isThere = DispatchSemaphore(value: 0)
  }
}
