internal import Glibc
internal import Synchronization

/// Takes what a program writes to its standard output or standard error.
///
/// It is called on the thread that watches the program, and on no other.
package protocol ProgramOutputReader: Sendable {
  /// Takes what there is.
  ///
  /// - Parameter descriptor: does not block.
  func read(from descriptor: borrowing FileDescriptor) throws -> ProgramOutputState
}

/// How far a program's output was read.
package enum ProgramOutputState: Sendable {
  /// There is nothing more at the moment.
  case waiting
  /// The program has closed it.
  case closed
  /// No more is wanted: the program is ended.
  case full
}

/// Where a program's standard output or standard error goes.
package enum ProgramOutput: Sendable {
  /// Nowhere.
  case discarded
  /// To this process's standard error.
  case standardError
  /// To somebody who reads it.
  case read(any ProgramOutputReader)
}

/// Keeps the beginning of what a program writes. The rest is read too, so that the program is not stopped by it, and
/// forgotten.
package final class OutputBeginning: ProgramOutputReader {
  private let limit: Int
  private let kept = Mutex<[UInt8]>([])

  /// - Parameter limit: the most bytes that are kept.
  package init(limit: Int) { self.limit = limit }

  /// What was kept.
  package var bytes: [UInt8] { kept.withLock(\.self) }

  package func read(from descriptor: borrowing FileDescriptor) throws -> ProgramOutputState {
    var part = [UInt8](repeating: 0, count: 4096)
    // A program that writes without end does not keep its watcher from the clock.
    for _ in 0..<16 {
      do throws(SystemFailure) {
        let count = try descriptor.read(into: &part)
        guard count > 0 else { return .closed }
        kept.withLock { $0 += part.prefix(min(count, limit - $0.count)) }
      } catch {
        guard error.isNothingYet else { throw error }
        return .waiting
      }
    }
    return .waiting
  }
}
