internal import Synchronization

/// Lets so many in at once, and nobody wait.
final class Turnstile: Sendable {
  /// Who was let in; to let go of it is to leave.
  final class Pass: Sendable {
    private let turnstile: Turnstile

    fileprivate init(_ turnstile: Turnstile) { self.turnstile = turnstile }

    deinit { turnstile.inside.withLock { $0 -= 1 } }
  }

  private let limit: Int
  private let inside = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// A pass, or nil if there is no room.
  func enter() -> Pass? {
    let hasRoom = inside.withLock { inside in
      guard inside < limit else { return false }
      inside += 1
      return true
    }
    return hasRoom ? Pass(self) : nil
  }
}
