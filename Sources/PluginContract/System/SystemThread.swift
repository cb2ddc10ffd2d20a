import Glibc

/// Threads of their own for work that waits.
///
/// Where the system gives no thread, Foundation's `Thread` does nothing at all, and whoever waits for its work would
/// wait without end.
package enum SystemThread {
  /// Starts a thread and does not wait for it.
  ///
  /// - Throws: ``NoThread`` if the system gives none; then the work is not done.
  package static func start(_ work: @escaping @Sendable () -> Void) throws(NoThread) {
    let box = unsafe Unmanaged.passRetained(Box(work))
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
}

/// The system gives no more threads.
package struct NoThread: Error, CustomStringConvertible {
  package var description: String { SystemWords.noThreads.text }
}
