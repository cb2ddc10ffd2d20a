internal import Glibc

/// A thread of the system for work that waits, such as blocking C: never on the shared pool, whose
/// threads are few.
///
/// Here, because every module that waits builds on this one. Foundation's `Thread` does not tell
/// that the system gives no more threads, and whoever waits for its work then waits for ever.
package enum SystemThread {
  private final class Work {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread and does not wait for it.
  ///
  /// - Throws: if the system gives no more threads; the work is not done then.
  package static func start(_ body: @escaping @Sendable () -> Void) throws(NoThread) {
    let work = unsafe Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      unsafe work.release()
      throw NoThread(code: code)
    }
    pthread_detach(thread)
  }
}

/// The system gives no more threads.
package struct NoThread: Error, CustomStringConvertible {
  /// The error number of pthread_create(3).
  package let code: Int32

  /// What happened, and what to do.
  package var description: String {
    let words = unsafe strerror(code).map { unsafe String(cString: $0).lowercased() } ?? "\(code)"
    return
      "the system gives no more threads: \(words); raise the limit of processes (ulimit -u, or "
      + "TasksMax of the service), or run less at once"
  }
}
