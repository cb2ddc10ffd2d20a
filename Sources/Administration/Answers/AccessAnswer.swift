internal import Authorization
package import TenantCore

/// Who may sign in to a tenant: local users, operators and tokens, with what is wrong with each.
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
    init(_ user: TenantAccess.User, warning: String?) {
      name = user.name
      roles = user.roles
      self.warning = warning
      passwordSetAt = user.stored?.setAt
      passwordSetBy = user.stored?.setBy
    }
  }

  /// An operator whom the tenant file names.
  package struct Operator: Encodable, Sendable {
    package let name: String
    package let roles: [String]
    @OrNull package var warning: String?
    /// Nil for an operator who does not exist.
    @OrNull package var passwordSetAt: Timestamp?
    @OrNull package var passwordSetBy: String?
    /// The names of the operator's tokens that have not expired.
    package let tokens: [String]

    /// Tells of an operator.
    init(_ named: TenantAccess.Operator, warning: String?, at now: Timestamp) {
      name = named.name
      roles = named.roles
      self.warning = warning
      passwordSetAt = named.stored?.setAt
      passwordSetBy = named.stored?.setBy
      tokens = named.tokens.filter { now < $0.token.expiresAt }.map(\.token.name)
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
    init(_ token: TenantAccess.Token, warning: String?) {
      let detail = token.detail
      name = detail.token.name
      roles = detail.token.roles
      createdAt = detail.createdAt
      createdBy = detail.createdBy
      expiresAt = detail.token.expiresAt
      expired = token.isExpired
      self.warning = warning
    }
  }

  let tenant: String
  package let localUsers: [User]
  package let operators: [Operator]
  package let tokens: [Token]

  /// Tells who may sign in.
  ///
  /// - Parameter warning: says what is wrong with the local user or token of a name.
  package init(
    tenant: String, _ access: TenantAccess, at now: Timestamp,
    warning: (TenantAccess.Problem, _ name: String) -> String
  ) {
    self.tenant = tenant
    localUsers = access.users.map { user in
      User(user, warning: user.problem.map { warning($0, user.name) })
    }
    operators = access.operators.map { named in
      Operator(named, warning: named.problem.map { warning($0, named.name) }, at: now)
    }
    tokens = access.tokens.map { token in
      Token(token, warning: token.problem.map { warning($0, token.detail.token.name) })
    }
  }
}
