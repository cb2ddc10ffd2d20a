package import Administration
internal import Synchronization

/// The attempts to sign in that one process has seen.
package final class AttemptsInMemory: AttemptCounting {
  private struct Count {
    var failures: Int
    var since: Duration

    func isOver(_ now: Duration) -> Bool { now - since >= SignInLimits.window }
  }

  private typealias Counts = [SignInSubject.Kind: [SignInSubject: Count]]

  private let elapsed: @Sendable () -> Duration
  private let mostKept: Int
  private let counts = Mutex(Counts())

  /// - Parameters:
  ///   - mostKept: of each kind.
  ///   - elapsed: a clock that only goes forward.
  package init(
    mostKept: Int = SignInLimits.mostKept, elapsed: @escaping @Sendable () -> Duration
  ) {
    self.mostKept = mostKept
    self.elapsed = elapsed
  }

  package func begin(_ subjects: [SignInSubject]) -> Duration? {
    let now = elapsed()
    let isKnown = subjects.contains { $0.kind == .browser }
    return counts.withLock { counts in
      let waits = subjects.compactMap { Self.wait(for: $0, in: counts, now) }
      if let longest = waits.max() { return longest }
      for kind in Set(subjects.map(\.kind)) {
        let counted = subjects.filter { $0.kind == kind }
        if hasRoom(for: counted, in: &counts[kind, default: [:]], now) {
          for subject in counted { Self.count(subject, in: &counts[kind, default: [:]], now) }
        } else if kind != .network || !isKnown {
          return SignInLimits.window
        }
      }
      return nil
    }
  }

  package func forgive(_ subjects: [SignInSubject]) {
    counts.withLock { counts in
      for subject in subjects {
        guard let count = counts[subject.kind]?[subject] else { continue }
        counts[subject.kind]?[subject] =
          count.failures > 1 ? Count(failures: count.failures - 1, since: count.since) : nil
      }
    }
  }

  private static func wait(
    for subject: SignInSubject, in counts: Counts, _ now: Duration
  ) -> Duration? {
    guard let count = counts[subject.kind]?[subject], !count.isOver(now),
      count.failures >= subject.most
    else { return nil }
    return SignInLimits.window - (now - count.since)
  }

  /// False if there is no room for those that have no count yet. Counts that are over go first.
  private func hasRoom(
    for subjects: [SignInSubject], in kept: inout [SignInSubject: Count], _ now: Duration
  ) -> Bool {
    func isFull() -> Bool { kept.count + subjects.count { kept[$0] == nil } > mostKept }
    if isFull() { kept = kept.filter { !$0.value.isOver(now) } }
    return !isFull()
  }

  private static func count(
    _ subject: SignInSubject, in kept: inout [SignInSubject: Count], _ now: Duration
  ) {
    let old = kept[subject].flatMap { $0.isOver(now) ? nil : $0 }
    kept[subject] = Count(failures: (old?.failures ?? 0) + 1, since: old?.since ?? now)
  }
}
