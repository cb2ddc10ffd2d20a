package import TenantCore

/// A token by which a program comes in as an operator.
package struct OperatorToken: Sendable, Equatable {
  /// Its name among the tokens of all operators.
  package var name: String
  /// Whose it is.
  package var operatorName: String
  /// When it ends to be valid.
  package var expiresAt: Timestamp

  /// Makes a token's description; the secret is not part of it.
  package init(name: String, operatorName: String, expiresAt: Timestamp) {
    self.name = name
    self.operatorName = operatorName
    self.expiresAt = expiresAt
  }
}

/// Knows the operators of the installation and their tokens, by hashes.
package protocol OperatorVerifying: Sendable {
  /// True if there is an operator of this name and password.
  ///
  /// It takes as long for an operator that does not exist, and as for a local user.
  func isOperator(_ attempt: OperatorSignInAttempt) async throws -> Bool

  /// What tells one password of an operator from the next and says nothing of it; nil if there is no
  /// such operator.
  func passwordMark(ofOperator name: String) async throws -> [UInt8]?

  /// The operator's token with this secret; nil if there is none, it has expired, or its operator was
  /// removed.
  func operatorToken(_ secret: String, at moment: Timestamp) async throws -> OperatorToken?

  /// The first of some tenants that has a valid token with this secret; nil if none has.
  func tenant(
    ofToken secret: String, among tenants: [String], at moment: Timestamp
  ) async throws -> String?
}
