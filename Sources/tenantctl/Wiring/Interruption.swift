internal import Dispatch
internal import Foundation
internal import Synchronization

/// Turns SIGINT and SIGTERM into the cancellation of a task; a second one ends the process at once.
/// A closed pipe is an error of the write, not a signal.
enum Interruption {
  private static let count = Atomic<Int>(0)

  /// True once a signal came.
  static var happened: Bool { count.load(ordering: .relaxed) > 0 }

  /// Ends work on a thread that no task owns, such as a store's.
  static func check() throws {
    if happened || Task.isCancelled { throw CancellationError() }
  }

  static func cancel(_ task: Task<CommandFailure?, Never>) {
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [source] in
        // The handler keeps its source: both live as long as the process.
        _ = source
        if count.add(1, ordering: .relaxed).newValue > 1 {
          _exit(CommandFailure.Code.interrupted.rawValue)
        }
        task.cancel()
      }
      source.resume()
    }
  }
}
