internal import Authorization
package import TenantCore

/// Who may sign in to a tenant: local users and tokens, with what is wrong with each.
package struct AccessAnswer: Encodable, Sendable {
  /// A local user, whom the access file, the tenant file or both know.
  package struct User: Encodable, Sendable {
    package let name: String
    package let roles: [String]
    @OrNull package var warning: String?
    /// Nil for who has no password.
    @OrNull package var passwordSetAt: Timestamp?
    @OrNull package var passwordSetBy: String?

    /// Tells of a user.
    package init(name: String, roles: [String], stored: LocalUser?, warning: String?) {
      self.name = name
      self.roles = roles
      self.warning = warning
      passwordSetAt = stored?.setAt
      passwordSetBy = stored?.setBy
    }
  }

  /// A token; its secret is not known.
  package struct Token: Encodable, Sendable {
    package let name: String
    package let roles: [String]
    package let createdAt: Timestamp
    package let createdBy: String
    package let expiresAt: Timestamp
    package let expired: Bool
    @OrNull package var warning: String?

    /// Tells of a token.
    package init(_ detail: TokenDetail, expired: Bool, warning: String?) {
      name = detail.token.name
      roles = detail.token.roles
      createdAt = detail.createdAt
      createdBy = detail.createdBy
      expiresAt = detail.token.expiresAt
      self.expired = expired
      self.warning = warning
    }
  }

  let tenant: String
  package let localUsers: [User]
  package let tokens: [Token]

  /// Tells who may sign in.
  package init(tenant: String, localUsers: [User], tokens: [Token]) {
    self.tenant = tenant
    self.localUsers = localUsers
    self.tokens = tokens
  }
}
