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
      do throws(NoThread) {
        try SystemThread.start { continuation.resume(with: Result(catching: work)) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }
}
