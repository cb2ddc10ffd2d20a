internal import Wiring
internal import Dispatch
internal import Foundation
internal import Synchronization
internal import TenantCore

/// Turns SIGINT and SIGTERM into the cancellation of a task; a second one ends the process at once.
/// A closed pipe and a file that would be longer than allowed are errors of the write, not signals.
enum Interruption {
  private static let count = Atomic<Int>(0)
  /// How long a cancelled command may take to end by itself.
  private static let grace = DispatchTimeInterval.seconds(5)

  /// True once a signal came.
  static var happened: Bool { count.load(ordering: .relaxed) > 0 }

  /// Ends work on a thread that no task owns, such as a store's.
  static func check() throws {
    if happened || Task.isCancelled { throw CancellationError() }
  }

  static func cancel(_ task: Task<Failure?, Never>) {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [source] in
        // The handler keeps its source: both live as long as the process.
        _ = source
        if count.add(1, ordering: .relaxed).newValue > 1 {
          _exit(Failure.Kind.interrupted.exitCode)
        }
        task.cancel()
        // Something that waits for a server or a pipe may never look up; every write of a store is
        // a transaction, and a file without a name is gone with the process.
        DispatchQueue.global().asyncAfter(deadline: .now() + grace) {
          _exit(Failure.Kind.interrupted.exitCode)
        }
      }
      source.resume()
    }
  }
}
