internal import Foundation
internal import PluginContract

/// Runs what waits for a plugin on a thread of its own, never on the shared pool, whose threads are
/// few.
package enum OwnThread {
  /// Runs it and waits without holding a thread of the pool.
  ///
  /// - Throws: what the work throws; ``PluginContract/NoThread``.
  package static func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try SystemThread.start { continuation.resume(with: Result(catching: work)) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// Ends the program, with 70, if the system gives it no thread: what it awaits would never come.
  package static func requireOne(for program: String) {
    do {
      try SystemThread.start {}
    } catch {
      try? FileHandle.standardError.write(contentsOf: Data("\(program): \(error)\n".utf8))
      exit(CommandFailure.Code.internalFailure.rawValue)
    }
  }
}
