package import TenantCore

/// A person whom a directory knows.
package struct DirectoryPerson: Sendable, Equatable {
  /// The directory's domain, as the tenant file writes it.
  package var domain: String
  /// The login as the directory writes it (`sAMAccountName`).
  package var login: String
  /// By what the account is known again, whatever it is called; nil if the directory did not tell.
  package var guid: ObjectGUID?
  /// Those of the groups asked for that the person is in, directly or through others, as they were asked
  /// for.
  package var groups: Set<String>

  /// Makes a person.
  package init(domain: String, login: String, guid: ObjectGUID? = nil, groups: Set<String>) {
    self.domain = domain
    self.login = login
    self.guid = guid
    self.groups = groups
  }
}

/// Verifies by the tenant's own directories who signs in, and who still may (A3).
package protocol DirectorySignIn: Sendable {
  /// The person, or nil if no directory of the tenant takes the login with the password.
  ///
  /// - Parameter groups: DNs of the groups that the tenant file assigns roles to.
  /// - Throws: if no answer could be had; ``PasswordNotSent`` if the password was not even sent.
  func person(of attempt: SignInAttempt, groups: [String]) async throws -> DirectoryPerson?

  /// Somebody who signed in, as the directory knows them now: asked with the account that reads, since
  /// no password is kept.
  ///
  /// - Parameters:
  ///   - person: as the directory told before.
  ///   - groups: DNs of the groups that the tenant file assigns roles to.
  ///   - moment: by which it is judged whether the account has expired.
  /// - Returns: nil if the account is gone, another one, disabled, locked or expired.
  /// - Throws: if no answer could be had.
  func person(
    again person: DirectoryPerson, of tenant: Tenant, groups: [String], at moment: Timestamp
  ) async throws -> DirectoryPerson?
}

/// A token that lets a program in to a tenant.
package struct AccessToken: Sendable, Equatable {
  /// Its name in the tenant.
  package var name: String
  /// The roles that it carries: names of ``AccessPolicy/roles``.
  package var roles: [String]
  /// When it ends to be valid.
  package var expiresAt: Timestamp

  /// Makes a token's description; the secret is not part of it.
  package init(name: String, roles: [String], expiresAt: Timestamp) {
    self.name = name
    self.roles = roles
    self.expiresAt = expiresAt
  }
}

/// Knows the local users and the tokens of all tenants, by hashes.
package protocol CredentialChecking: Sendable {
  /// True if the tenant has a local user of this name and password.
  ///
  /// It takes as long for a user that does not exist.
  func isLocalUser(_ attempt: SignInAttempt) async throws -> Bool

  /// What tells one password of a local user from the next and says nothing of it; nil if the tenant
  /// has no such user.
  func passwordMark(ofLocalUser name: String, of tenant: String) async throws -> [UInt8]?

  /// Takes as long as ``isLocalUser(_:)``, for who asks for a tenant that does not exist.
  func pretend(_ password: Password) async throws

  /// The token with this secret; nil if the tenant has none, or it has expired.
  func token(_ secret: String, of tenant: String, at moment: Timestamp) async throws -> AccessToken?
}
