package import Authorization
package import TenantCore

/// A user of a tenant who signs in with a password that the tenant keeps a hash of.
package struct LocalUser: Sendable, Equatable {
  /// The name, which an assignment of the tenant file gives roles to.
  package var name: String
  /// When the password was set.
  package var setAt: Timestamp
  /// Who set it.
  package var setBy: String

  /// Makes a local user.
  package init(name: String, setAt: Timestamp, setBy: String) {
    self.name = name
    self.setAt = setAt
    self.setBy = setBy
  }
}

/// A token as it is listed; its secret is not kept.
package struct TokenDetail: Sendable, Equatable {
  /// Name, roles and end.
  package var token: AccessToken
  /// When it was made.
  package var createdAt: Timestamp
  /// Who made it.
  package var createdBy: String

  /// Makes a description.
  package init(token: AccessToken, createdAt: Timestamp, createdBy: String) {
    self.token = token
    self.createdAt = createdAt
    self.createdBy = createdBy
  }
}

/// A change of who may sign in, as the installation's audit remembers it.
package struct AccessChange: Sendable, Equatable {
  /// When it was done.
  package var at: Timestamp
  /// Who made it.
  package var actor: String
  /// The actor's real user id; nil for who did not come through the operating system.
  package var userID: UInt32?
  /// The tenant's name.
  package var tenant: String
  /// What was done: the command's words.
  package var action: String
  /// The local user's or token's name.
  package var subject: String
  /// A token's roles; empty otherwise.
  package var roles: [String]

  /// Makes a record.
  package init(
    at: Timestamp, actor: String, userID: UInt32?, tenant: String, action: String, subject: String,
    roles: [String] = []
  ) {
    self.at = at
    self.actor = actor
    self.userID = userID
    self.tenant = tenant
    self.action = action
    self.subject = subject
    self.roles = roles
  }
}

extension Password {
  /// The shortest one that is set; a longer one than ``maximumBytes`` is none.
  package static let minimumBytes = 12

  /// What is said of a password that cannot be set, which says nothing of it.
  package static var unfit: Failure {
    Failure(.usage, "a password is a text of 12 to 1,024 bytes; nothing was changed")
  }

  /// Takes a password that is to be set.
  ///
  /// - Throws: ``unfit``.
  package init(new bytes: [UInt8]) throws {
    guard bytes.count >= Self.minimumBytes, let text = String(validating: bytes, as: UTF8.self),
      let password = Password(text)
    else { throw Self.unfit }
    self = password
  }
}

/// The local users and tokens of the tenant that a permit names.
///
/// A name is 1 to 64 of `A-Z a-z 0-9 . _ -`. What is changed counts from the next check on, and is
/// written to the installation's audit first: a change that cannot be recorded is not made.
package protocol AccessStoring: Sendable {
  /// All local users, in order of their names.
  func localUsers() async throws -> [LocalUser]

  /// All tokens, in order of their names, those that have expired among them.
  func tokens() async throws -> [TokenDetail]

  /// Operators of these names, in order; those that do not exist are left out.
  func operators(named names: Set<String>) async throws -> [LocalUser]

  /// The tokens of operators of these names, in order.
  func operatorTokens(of names: Set<String>) async throws -> [OperatorTokenDetail]

  /// Adds a local user, or gives one another password.
  ///
  /// - Parameter isReplacing: false: a user who is there already is an error.
  func setPassword(
    _ password: Password, ofLocalUser name: String, isReplacing: Bool, at moment: Timestamp
  ) async throws

  /// Removes a local user.
  func removeLocalUser(_ name: String, at moment: Timestamp) async throws

  /// Makes a token.
  ///
  /// - Returns: its secret, which nobody can be told again.
  func createToken(
    _ name: String, grant: RoleGrant, expiresAt: Timestamp, at moment: Timestamp
  ) async throws -> String

  /// Ends a token.
  func revokeToken(_ name: String, at moment: Timestamp) async throws
}
