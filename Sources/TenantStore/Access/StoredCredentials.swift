internal import Administration
package import Authorization
package import TenantCore

/// Verifies local users and tokens by what is kept of them (A3).
///
/// It asks for no permit, because it verifies those who have none yet, and it looks at each check, so that a
/// password that was changed and a token that was revoked count at once.
package struct StoredCredentials: CredentialChecking {
  private let access: any AccessKeeping
  private let compare: PasswordHashing.Comparison

  /// Takes a state folder; nothing is read yet.
  package init(_ state: StateFolder) { self.init(AccessFiles(state: state)) }

  /// Takes a database; nothing is asked yet.
  package init(_ pool: PostgresPool) { self.init(AccessTables(pool)) }

  init(
    _ access: any AccessKeeping,
    comparing compare: @escaping PasswordHashing.Comparison = { try Sodium.isHash($0, of: $1) }
  ) {
    self.access = access
    self.compare = compare
  }

  /// True if the tenant has a local user of this name and password; it takes as long for any other.
  package func isLocalUser(_ attempt: SignInAttempt) async throws -> Bool {
    let hash = try await access.passwordHash(of: attempt.login, .tenant(attempt.tenant.name))
    return try await PasswordHashing.isRight(attempt.password, hash, by: compare)
  }

  /// The SHA-256 of the password's hash, whose salt is another one each time that a password is set.
  package func passwordMark(
    ofLocalUser name: String, of tenant: String
  ) async throws -> [UInt8]? {
    try await access.passwordHash(of: name, .tenant(tenant)).map { Sodium.sha256(Array($0.utf8)) }
  }

  /// Takes as long as ``isLocalUser(_:)``.
  package func pretend(_ password: Password) async throws {
    _ = try await PasswordHashing.isRight(password, nil, by: compare)
  }

  /// The token with this secret; nil if the tenant has none, or from the second on at which it expires.
  package func token(
    _ secret: String, of tenant: String, at moment: Timestamp
  ) async throws -> AccessToken? {
    guard let digest = TokenSecret(secret)?.sha256 else { return nil }
    return try await access.token(digest, .tenant(tenant), at: moment).map {
      AccessToken(name: $0.name, roles: $0.roles, expiresAt: $0.expiresAt)
    }
  }
}
