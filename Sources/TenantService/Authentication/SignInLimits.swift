internal import Synchronization

/// How often a sign-in may be tried in vain, so that no password is found by trying, and no account's
/// owner is locked out by who tries.
///
/// A browser that an account signed in from before is known by a cookie and has a count of its own for that
/// account. All others share one count for the account, so that a stranger who uses it up keeps out strangers
/// only. (OWASP calls the cookie a device cookie.) Each network has a count over all accounts.
///
/// Four in a quarter of an hour stay below what domains usually lock an account at, which counts the binds that
/// are tried here.
final class SignInLimits: Sendable {
  /// Failures of an account, from strangers or from one known browser, within ``window``.
  static let mostOfAccount = 4
  /// Failures of a network over all accounts within ``window``.
  static let mostOfNetwork = 30
  static let window = Duration.seconds(15 * 60)
  /// The most counts of each kind that are kept, some MiB in all. A network makes at most thirty in a
  /// window, so that it takes hundreds of networks to fill the table.
  static let mostKept = 20_000

  /// Who is counted.
  enum Subject: Hashable, Sendable {
    /// ``IPAddress/network``.
    case network(String)
    /// An account of a tenant, from whatever browser is not known.
    case strangers(tenant: String, account: String)
    /// An account of a tenant, and the digest of a known browser's cookie.
    case browser(tenant: String, account: String, digest: [UInt8])

    fileprivate enum Kind { case network, strangers, browser }

    fileprivate var kind: Kind {
      switch self {
      case .network: .network
      case .strangers: .strangers
      case .browser: .browser
      }
    }

    fileprivate var most: Int {
      kind == .network ? SignInLimits.mostOfNetwork : SignInLimits.mostOfAccount
    }
  }

  private struct Count {
    var failures: Int
    var since: Duration

    func isOver(_ now: Duration) -> Bool { now - since >= SignInLimits.window }
  }

  private typealias Counts = [Subject.Kind: [Subject: Count]]

  private let clock: ServiceClock
  private let mostKept: Int
  private let counts = Mutex(Counts())

  /// - Parameter mostKept: of each kind.
  init(clock: ServiceClock, mostKept: Int = SignInLimits.mostKept) {
    self.clock = clock
    self.mostKept = mostKept
  }

  /// Counts an attempt before it is made, so that many at once are no more than many in turn.
  ///
  /// While the table is full of counts that still run, none of them is dropped, which would give back tries:
  /// who would need a new one waits, unless a known browser shows that it is the account's owner.
  ///
  /// - Returns: how long to wait if one of the counts is used up; nil if the attempt may be made.
  func begin(_ subjects: [Subject]) -> Duration? {
    let now = clock.elapsed()
    let isKnown = subjects.contains { $0.kind == .browser }
    return counts.withLock { counts in
      let waits = subjects.compactMap { Self.wait(for: $0, in: counts, now) }
      if let longest = waits.max() { return longest }
      for kind in Set(subjects.map(\.kind)) {
        let counted = subjects.filter { $0.kind == kind }
        if hasRoom(for: counted, in: &counts[kind, default: [:]], now) {
          for subject in counted { Self.count(subject, in: &counts[kind, default: [:]], now) }
        } else if kind != .network || !isKnown {
          return Self.window
        }
      }
      return nil
    }
  }

  private static func wait(
    for subject: Subject, in counts: Counts, _ now: Duration
  ) -> Duration? {
    guard let count = counts[subject.kind]?[subject], !count.isOver(now),
      count.failures >= subject.most
    else { return nil }
    return window - (now - count.since)
  }

  /// False if there is no room for those that have no count yet. Counts that are over go first.
  private func hasRoom(
    for subjects: [Subject], in kept: inout [Subject: Count], _ now: Duration
  ) -> Bool {
    func isFull() -> Bool { kept.count + subjects.count { kept[$0] == nil } > mostKept }
    if isFull() { kept = kept.filter { !$0.value.isOver(now) } }
    return !isFull()
  }

  private static func count(_ subject: Subject, in kept: inout [Subject: Count], _ now: Duration) {
    let old = kept[subject].flatMap { $0.isOver(now) ? nil : $0 }
    kept[subject] = Count(failures: (old?.failures ?? 0) + 1, since: old?.since ?? now)
  }

  /// Forgets what an attempt that was good, or for which no password was sent, had counted.
  func forgive(_ subjects: [Subject]) {
    counts.withLock { counts in
      for subject in subjects {
        guard let count = counts[subject.kind]?[subject] else { continue }
        counts[subject.kind]?[subject] =
          count.failures > 1 ? Count(failures: count.failures - 1, since: count.since) : nil
      }
    }
  }
}
