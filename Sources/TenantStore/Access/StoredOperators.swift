internal import Administration
package import Authorization
package import TenantCore

/// Verifies operators and their tokens by the access files of a state folder (A3), which are read at each
/// check.
package struct StoredOperators: OperatorVerifying {
  private static let reading = ConcurrencyLimit(
    running: 4, queued: 1024, rejection: AccessFile.tooBusy)
  /// Strangers can make it look through all files; one at a time leaves the machine to others.
  private static let searching = ConcurrencyLimit(
    running: 1, queued: 64, rejection: AccessFile.tooBusy)
  private let state: StateFolder

  /// Takes a state folder; nothing is read yet.
  package init(_ state: StateFolder) { self.state = state }

  private var file: AccessFile { AccessFile(ofOperatorsIn: state) }

  /// True if there is an operator of this name and password; it takes as long for any other.
  package func isOperator(_ attempt: OperatorSignInAttempt) async throws -> Bool {
    let file = file
    return try await PasswordHashing.isRight(
      attempt.password, by: { try Sodium.isHash($0, of: $1) }
    ) {
      try file.read().localUsers.first { $0.name == attempt.name }?.passwordHash
    }
  }

  /// The SHA-256 of the password's hash, whose salt is another one each time that a password is set.
  package func passwordMark(ofOperator name: String) async throws -> [UInt8]? {
    let users = try await content().localUsers
    return users.first { $0.name == name }.map { Sodium.sha256(Array($0.passwordHash.utf8)) }
  }

  /// The operator's token with this secret, until the second at which it expires.
  package func operatorToken(_ secret: String, at moment: Timestamp) async throws -> OperatorToken?
  {
    guard let digest = TokenSecret(secret)?.sha256 else { return nil }
    let content = try await content()
    guard let token = content.token(digest, at: moment)?.operatorDetail?.token,
      content.localUsers.contains(where: { $0.name == token.operatorName })
    else { return nil }
    return token
  }

  /// The first of some tenants with the token; a file that is damaged hides none of the others.
  package func tenant(
    ofToken secret: String, among tenants: [String], at moment: Timestamp
  ) async throws -> String? {
    guard let digest = TokenSecret(secret)?.sha256 else { return nil }
    let state = state
    return try await Self.searching.runBlocking {
      tenants.first { tenant in
        let content = try? AccessFile(of: tenant, in: state)?.read()
        return content?.token(digest, at: moment) != nil
      }
    }
  }

  private func content() async throws -> AccessContent {
    let file = file
    return try await Self.reading.runBlocking { try file.read() }
  }
}

extension AccessContent {
  /// The token with a digest; nil if there is none, or from the second on at which it expires.
  ///
  /// All are compared, so that the time does not tell which one it was.
  func token(_ digest: [UInt8], at moment: Timestamp) -> Token? {
    let same = tokens.filter { Sodium.areEqual($0.digest ?? [], digest) }
    return same.first.flatMap { moment < $0.expiresAt ? $0 : nil }
  }
}
