internal import Administration
package import Authorization
package import TenantCore

/// Verifies local users and tokens by the access files of a state folder (A3).
///
/// It asks for no permit, because it verifies those who have none yet, and it reads the file at each
/// check, so that a password that was changed and a token that was revoked count at once.
package struct StoredCredentials: CredentialChecking {
  private static let reading = ConcurrencyLimit(
    running: 4, queued: 1024, rejection: AccessFile.tooBusy)
  private let state: StateFolder
  private let compare: PasswordHashing.Comparison

  /// Takes a state folder; nothing is read yet.
  package init(_ state: StateFolder) {
    self.init(state) { try Sodium.isHash($0, of: $1) }
  }

  init(_ state: StateFolder, comparing compare: @escaping PasswordHashing.Comparison) {
    self.state = state
    self.compare = compare
  }

  /// True if the tenant has a local user of this name and password; it takes as long for any other.
  package func isLocalUser(_ attempt: SignInAttempt) async throws -> Bool {
    let file = AccessFile(of: attempt.tenant.name, in: state)
    return try await PasswordHashing.isRight(attempt.password, by: compare) {
      try file?.read().localUsers.first { $0.name == attempt.login }?.passwordHash
    }
  }

  /// The SHA-256 of the password's hash, whose salt is another one each time that a password is set.
  package func passwordMark(
    ofLocalUser name: String, of tenant: String
  ) async throws -> [UInt8]? {
    guard let file = AccessFile(of: tenant, in: state) else { return nil }
    let users = try await Self.reading.runBlocking { try file.read().localUsers }
    return users.first { $0.name == name }.map { Sodium.sha256(Array($0.passwordHash.utf8)) }
  }

  /// Takes as long as ``isLocalUser(_:)``.
  package func pretend(_ password: Password) async throws {
    _ = try await PasswordHashing.isRight(password, by: compare) { nil }
  }

  /// The token with this secret; nil if the tenant has none, or from the second on at which it expires.
  package func token(
    _ secret: String, of tenant: String, at moment: Timestamp
  ) async throws -> AccessToken? {
    guard let digest = TokenSecret(secret)?.sha256, let file = AccessFile(of: tenant, in: state)
    else { return nil }
    let content = try await Self.reading.runBlocking { try file.read() }
    return content.token(digest, at: moment)?.detail.token
  }
}
