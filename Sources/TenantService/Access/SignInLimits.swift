internal import Synchronization

/// How often a sign-in may be tried in vain, so that no password is found by trying, and no account's
/// owner is locked out by who tries.
///
/// A browser that an account signed in from before is known by a cookie and has a count of its own for that
/// account. All others share one count for the account, so that a stranger who uses it up keeps out strangers
/// only. (OWASP calls the cookie a device cookie.) Each address has a count over all accounts.
///
/// Four in a quarter of an hour stay below what domains usually lock an account at, which counts the binds that
/// are tried here.
final class SignInLimits: Sendable {
  /// Failures of an account, from strangers or from one known browser, within ``window``.
  static let mostOfAccount = 4
  /// Failures of an address over all accounts within ``window``.
  static let mostOfAddress = 30
  static let window = Duration.seconds(15 * 60)
  /// Counts that are kept; beyond, those that are over first.
  private static let mostKept = 100_000

  /// Who is counted.
  enum Subject: Hashable, Sendable {
    case address(String)
    /// A tenant and a folded login, from whatever browser is not known.
    case strangers(tenant: String, login: String)
    /// A tenant, a folded login, and the digest of a known browser's cookie.
    case browser(tenant: String, login: String, digest: [UInt8])

    fileprivate var most: Int {
      if case .address = self { SignInLimits.mostOfAddress } else { SignInLimits.mostOfAccount }
    }
  }

  private let clock: ServiceClock
  private let failures = Mutex<[Subject: (count: Int, since: Duration)]>([:])

  init(clock: ServiceClock) { self.clock = clock }

  /// Counts an attempt before it is made, so that many at once are no more than many in turn.
  ///
  /// - Returns: how long to wait if one of the counts is used up; nil if the attempt may be made.
  func begin(_ subjects: [Subject]) -> Duration? {
    let now = clock.elapsed()
    return failures.withLock { failures in
      let waits = subjects.compactMap { subject -> Duration? in
        guard let entry = failures[subject], now - entry.since < Self.window,
          entry.count >= subject.most
        else { return nil }
        return Self.window - (now - entry.since)
      }
      if let longest = waits.max() { return longest }
      if failures.count > Self.mostKept {
        failures = failures.filter { now - $0.value.since < Self.window }
      }
      for subject in subjects {
        let old = failures[subject].flatMap { now - $0.since < Self.window ? $0 : nil }
        failures[subject] = ((old?.count ?? 0) + 1, old?.since ?? now)
      }
      return nil
    }
  }

  /// Forgets what an attempt that was good, or that nobody answered, had counted.
  func forgive(_ subjects: [Subject]) {
    failures.withLock { failures in
      for subject in subjects {
        guard let entry = failures[subject] else { continue }
        failures[subject] = entry.count > 1 ? (entry.count - 1, entry.since) : nil
      }
    }
  }
}
