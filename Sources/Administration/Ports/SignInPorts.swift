/// What the service keeps of those who sign in: shared by all hosts that share a database.
package struct SignInPorts: Sendable {
  package let sessions: any SessionKeeping
  package let attempts: any AttemptCounting
  /// The secret with which forms and browsers are marked; the same at each host.
  package let secret: any ServiceSecretKeeping

  package init(
    sessions: any SessionKeeping, attempts: any AttemptCounting, secret: any ServiceSecretKeeping
  ) {
    self.sessions = sessions
    self.attempts = attempts
    self.secret = secret
  }
}

/// The secret by which the service knows again what it gave to a browser.
package protocol ServiceSecretKeeping: Sendable {
  /// 32 random bytes, made when they are first asked for.
  func serviceSecret() async throws -> [UInt8]
}
