/// Counts attempts to sign in, so that no password is found by trying, and no account's owner is locked out
/// by who tries.
///
/// A browser that an account signed in from before is known by a cookie and has a count of its own for that
/// account. All others share one count for the account, so that a stranger who uses it up keeps out strangers
/// only. (OWASP calls the cookie a device cookie.) Each network has a count over all accounts.
package protocol AttemptCounting: Sendable {
  /// Counts an attempt before it is made, so that many at once, at whatever hosts, are no more than many in
  /// turn.
  ///
  /// While there is no room because of counts that still run, none of them is dropped, which would give back
  /// tries: who would need a new one waits, unless a known browser shows that it is the account's owner.
  ///
  /// - Returns: how long to wait if one of the counts is used up, and then nothing is counted; nil if the
  ///   attempt may be made.
  func begin(_ subjects: [SignInSubject]) async throws -> Duration?

  /// Forgets what an attempt that was good, or for which no password was sent, had counted.
  func forgive(_ subjects: [SignInSubject]) async throws
}

/// Who is counted.
package enum SignInSubject: Sendable, Hashable {
  /// An address, or the network of one.
  case network(String)
  /// An account of a tenant, from whatever browser is not known.
  case strangers(tenant: String, account: String)
  /// An account of a tenant, and the digest of a known browser's cookie.
  case browser(tenant: String, account: String, digest: [UInt8])

  /// The kinds, each with a table of its own.
  package enum Kind: String, Sendable, CaseIterable { case network, strangers, browser }

  package var kind: Kind {
    switch self {
    case .network: .network
    case .strangers: .strangers
    case .browser: .browser
    }
  }

  /// How many failures it may have within ``SignInLimits/window``.
  package var most: Int {
    kind == .network ? SignInLimits.mostOfNetwork : SignInLimits.mostOfAccount
  }
}

/// How often a sign-in may be tried in vain.
///
/// Four in a quarter of an hour stay below what domains usually lock an account at, which counts the binds that
/// are tried here.
package enum SignInLimits {
  /// Failures of an account, from strangers or from one known browser, within ``window``.
  package static let mostOfAccount = 4
  /// Failures of a network over all accounts within ``window``.
  package static let mostOfNetwork = 30
  package static let window = Duration.seconds(15 * 60)
  /// The most counts of each kind that are kept, some MiB in all. A network makes at most thirty in a
  /// window, so that it takes hundreds of networks to fill the table.
  package static let mostKept = 20_000
}
