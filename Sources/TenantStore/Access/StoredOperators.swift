internal import Administration
package import Authorization
package import TenantCore

/// Verifies operators and their tokens by what is kept of them (A3), which is looked at each time.
package struct StoredOperators: OperatorVerifying {
  private let access: any AccessKeeping

  /// Takes a state folder; nothing is read yet.
  package init(_ state: StateFolder) { self.init(AccessFiles(state: state)) }

  /// Takes a database; nothing is asked yet.
  package init(_ pool: PostgresPool) { self.init(AccessTables(pool)) }

  init(_ access: any AccessKeeping) { self.access = access }

  /// True if there is an operator of this name and password; it takes as long for any other.
  package func isOperator(_ attempt: OperatorSignInAttempt) async throws -> Bool {
    let hash = try await access.passwordHash(of: attempt.name, .operators)
    return try await PasswordHashing.isRight(attempt.password, hash) {
      try Sodium.isHash($0, of: $1)
    }
  }

  /// The SHA-256 of the password's hash, whose salt is another one each time that a password is set.
  package func passwordMark(ofOperator name: String) async throws -> [UInt8]? {
    try await access.passwordHash(of: name, .operators).map { Sodium.sha256(Array($0.utf8)) }
  }

  /// The operator's token with this secret, until the second at which it expires.
  package func operatorToken(_ secret: String, at moment: Timestamp) async throws -> OperatorToken?
  {
    guard let digest = TokenSecret(secret)?.sha256,
      let token = try await access.token(digest, .operators, at: moment),
      let name = token.operatorName
    else { return nil }
    return OperatorToken(name: token.name, operatorName: name, expiresAt: token.expiresAt)
  }

  /// The first of some tenants with the token.
  package func tenant(
    ofToken secret: String, among tenants: [String], at moment: Timestamp
  ) async throws -> String? {
    guard let digest = TokenSecret(secret)?.sha256 else { return nil }
    return try await access.tenant(ofToken: digest, among: tenants, at: moment)
  }
}
