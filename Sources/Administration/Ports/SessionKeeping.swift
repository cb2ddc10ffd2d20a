package import Authorization

/// By what a session is found: its token is kept nowhere.
package struct SessionKey: Sendable, Hashable {
  /// The tenant; nil for an operator, who may be of several.
  package let tenant: String?
  /// The SHA-256 of the token.
  package let digest: [UInt8]

  package init(tenant: String?, digest: [UInt8]) {
    self.tenant = tenant
    self.digest = digest
  }
}

/// A session as any host finds it.
///
/// Its times are told as what has gone by since, because the clocks of hosts differ.
package struct KeptSession: Sendable, Equatable {
  /// Who it is, as was found out when it was last asked.
  package var signedIn: SignedIn
  /// Since it was last found out that the person still has access.
  package var sinceChecked: Duration
  /// Since that was last asked in vain; nil if there was an answer since.
  package var sinceUnanswered: Duration?
  /// What the next page tells, in a form that the pages chose.
  package var message: String?

  package init(
    signedIn: SignedIn, sinceChecked: Duration, sinceUnanswered: Duration? = nil,
    message: String? = nil
  ) {
    self.signedIn = signedIn
    self.sinceChecked = sinceChecked
    self.sinceUnanswered = sinceUnanswered
    self.message = message
  }
}

/// The sessions of those who signed in.
///
/// A session that is not there, or has ended, is left as it is by all that would change it.
package protocol SessionKeeping: Sendable {
  /// Begins a session. Those that have ended are removed, and the oldest beyond ``SessionLimits``.
  func begin(_ key: SessionKey, _ signedIn: SignedIn) async throws

  /// The session, which is thereby used; nil if there is none, or it has ended.
  func session(_ key: SessionKey) async throws -> KeptSession?

  /// Takes what was found out of the person.
  func renew(_ key: SessionKey, _ signedIn: SignedIn) async throws

  /// Takes note that nothing could be found out.
  func noteUnanswered(_ key: SessionKey) async throws

  /// Leaves something to be told on the next page; nil once it was told.
  func put(_ message: String?, _ key: SessionKey) async throws

  /// Ends the session.
  func end(_ key: SessionKey) async throws
}

/// How long sessions live, and how many there may be.
package enum SessionLimits {
  /// How long a session lives without a request. One in a database may live ``precision`` longer.
  package static let idleTime = Duration.seconds(30 * 60)
  /// How exactly it is kept when a session was last used, so that not each request writes.
  package static let precision = Duration.seconds(60)
  /// How long a session lives at most.
  package static let longestTime = Duration.seconds(10 * 60 * 60)
  /// More than these of one actor end the one that was longest unused.
  package static let mostOfOneActor = 20
  /// More than these of all tenants, in a database of one tenant, end the one that was longest unused.
  package static let most = 20_000
}
