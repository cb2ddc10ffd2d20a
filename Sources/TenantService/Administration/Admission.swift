internal import Synchronization

/// Lets so many in at once, and nobody wait.
final class Admission: Sendable {
  /// Who was let in; to let go of it is to leave.
  final class Pass: Sendable {
    private let admission: Admission

    fileprivate init(_ admission: Admission) { self.admission = admission }

    deinit { admission.inside.withLock { $0 -= 1 } }
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
