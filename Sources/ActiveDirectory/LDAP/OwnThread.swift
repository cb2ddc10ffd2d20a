import Foundation
import TenantCore

/// Runs blocking C on a thread of its own, never on the shared pool, whose threads are few.
enum OwnThread {
  /// Starts a thread and does not wait for it.
  static func start(_ name: String, _ work: @escaping @Sendable () -> Void) {
    let thread = Thread(block: work)
    thread.name = name
    thread.start()
  }

  /// Runs work to its end; cancelling the task raises the flag that the work is given.
  static func run<Value: Sendable>(
    _ name: String, _ work: @escaping @Sendable (Cancellation) throws -> Value
  ) async throws -> Value {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        start(name) { continuation.resume(with: Result { try work(cancellation) }) }
      }
    } onCancel: {
      cancellation.raise()
    }
  }
}
