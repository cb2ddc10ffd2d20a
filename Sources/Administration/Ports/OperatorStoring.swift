package import Authorization
package import TenantCore

/// A token of an operator as it is listed; its secret is not kept.
package struct OperatorTokenDetail: Sendable, Equatable {
  /// Name, operator and end.
  package var token: OperatorToken
  /// When it was made.
  package var createdAt: Timestamp
  /// Who made it.
  package var createdBy: String

  /// Makes a description.
  package init(token: OperatorToken, createdAt: Timestamp, createdBy: String) {
    self.token = token
    self.createdAt = createdAt
    self.createdBy = createdBy
  }
}

/// By what the operator that a permit names signs in.
///
/// A name is 1 to 64 of `A-Z a-z 0-9 . _ -`. What is changed counts from the next check on, and is written
/// to the installation's audit first: a change that cannot be recorded is not made.
package protocol OperatorStoring: Sendable {
  /// Adds the operator, or gives one another password.
  ///
  /// - Parameter isReplacing: false: an operator who is there already is an error.
  func setPassword(_ password: Password, isReplacing: Bool, at moment: Timestamp) async throws

  /// Removes the operator, with the operator's tokens.
  func remove(at moment: Timestamp) async throws

  /// Makes a token, which may do what the operator may.
  ///
  /// - Returns: its secret, which nobody can be told again.
  func createToken(_ name: String, expiresAt: Timestamp, at moment: Timestamp) async throws
    -> String

  /// Ends a token.
  func revokeToken(_ name: String, at moment: Timestamp) async throws
}
