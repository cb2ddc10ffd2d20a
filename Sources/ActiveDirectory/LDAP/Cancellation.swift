import Glibc
import Synchronization

/// A flag that a task raises and the thread that works for it looks at between its waits.
final class Cancellation: Sendable {
  private let raised = Atomic<Bool>(false)

  var isRaised: Bool { raised.load(ordering: .acquiring) }

  func raise() { raised.store(true, ordering: .releasing) }

  /// Throws once the flag is up.
  func check() throws {
    if isRaised { throw CancellationError() }
  }

  /// Blocks the thread for a while, or until the flag is up.
  func sleep(_ pause: Duration) throws {
    let end = ContinuousClock.now + pause
    while ContinuousClock.now < end {
      try check()
      usleep(UInt32(min(50, (end - .now).milliseconds)) * 1000)
    }
    try check()
  }
}
