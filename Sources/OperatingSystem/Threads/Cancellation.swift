internal import Glibc
internal import Synchronization

/// A flag that a task raises and the thread that works for it looks at between its waits.
package final class Cancellation: Sendable {
  private let raised = Atomic<Bool>(false)
  private let parent: Cancellation?

  /// Makes a flag that is not up.
  package init() { parent = nil }

  /// Makes a flag for a part of some work: it is up, too, once the flag of the whole is.
  package init(under parent: Cancellation) { self.parent = parent }

  /// True once the flag is up.
  package var isRaised: Bool {
    raised.load(ordering: .acquiring) || parent?.isRaised == true
  }

  /// Puts the flag up.
  package func raise() { raised.store(true, ordering: .releasing) }

  /// Throws once the flag is up.
  package func check() throws {
    if isRaised { throw CancellationError() }
  }

  /// Blocks the thread for a while, or until the flag is up.
  package func sleep(_ pause: Duration) throws {
    let end = ContinuousClock.now + pause
    while ContinuousClock.now < end {
      try check()
      usleep(UInt32(max(1, min(50_000, (end - .now) / .microseconds(1)))))
    }
    try check()
  }
}
