package import Authorization
package import TenantCore

/// Who may sign in to a tenant, with what is wrong with each.
package struct TenantAccess: Sendable {
  /// Why a local user cannot sign in, or a token is of no use, or of less.
  package enum Problem: Sendable, Equatable {
    /// The tenant file names a user without a password.
    case noPassword
    /// The tenant file names an operator who does not exist.
    case noOperator
    /// No assignment of the tenant file names the user.
    case notAssigned
    /// The token's time is over.
    case expired
    /// The tenant file no longer has roles of the token.
    case rolesGone([String])
  }

  /// A local user, whom the access file, the tenant file or both know.
  package struct User: Sendable {
    package let name: String
    /// The roles that the tenant file gives.
    package let roles: [String]
    /// Nil for who has no password.
    package let stored: LocalUser?
    /// Nil if the user can sign in.
    package var problem: Problem? {
      stored == nil ? .noPassword : roles.isEmpty ? .notAssigned : nil
    }
  }

  /// An operator whom the tenant file names.
  package struct Operator: Sendable {
    package let name: String
    /// The roles that the tenant file gives.
    package let roles: [String]
    /// Nil for an operator who does not exist.
    package let stored: LocalUser?
    /// The operator's tokens, in order of their names.
    package let tokens: [OperatorTokenDetail]
    /// Nil if the operator can sign in.
    package var problem: Problem? { stored == nil ? .noOperator : nil }
  }

  /// A token.
  package struct Token: Sendable {
    package let detail: TokenDetail
    package let isExpired: Bool
    /// Nil if nothing is wrong with it.
    package let problem: Problem?
  }

  /// The local users, in order of their names.
  package let users: [User]
  /// The operators whom the tenant file names, in order of their names.
  package let operators: [Operator]
  /// The tokens, in order of their names.
  package let tokens: [Token]
}

extension TenantSession {
  /// The local users and tokens.
  package func accessList(at now: Timestamp) async throws -> TenantAccess {
    let users = try await ports.access.localUsers()
    let stored = Dictionary(users.map { ($0.name, $0) }) { first, _ in first }
    let assigned = policy.assignments.compactMap { assignment in
      if case .localUser(let name) = assignment.assignee { name } else { nil }
    }
    let names = Set(stored.keys).union(assigned).sorted()
    return TenantAccess(
      users: names.map {
        TenantAccess.User(name: $0, roles: roles(of: .localUser($0)), stored: stored[$0])
      },
      operators: try await operators(),
      tokens: try await ports.access.tokens().map { token($0, at: now) })
  }

  private func operators() async throws -> [TenantAccess.Operator] {
    let named = policy.assignments.compactMap { assignment in
      if case .operator(let name) = assignment.assignee { name } else { nil }
    }
    let names = Set(named)
    guard !names.isEmpty else { return [] }
    let stored = try await ports.access.operators(named: names)
    let tokens = try await ports.access.operatorTokens(of: names)
    return names.sorted().map { name in
      TenantAccess.Operator(
        name: name, roles: roles(of: .operator(name)), stored: stored.first { $0.name == name },
        tokens: tokens.filter { $0.token.operatorName == name })
    }
  }

  private func token(_ detail: TokenDetail, at now: Timestamp) -> TenantAccess.Token {
    let isExpired = detail.token.expiresAt <= now
    let gone = detail.token.roles.filter { policy.roles[$0] == nil }
    return TenantAccess.Token(
      detail: detail, isExpired: isExpired,
      problem: isExpired ? .expired : gone.isEmpty ? nil : .rolesGone(gone))
  }

  /// The roles that the tenant file gives to somebody, each once.
  package func roles(of assignee: AccessPolicy.Assignee) -> [String] {
    var seen: Set<String> = []
    return policy.assignments.filter { $0.assignee == assignee }.flatMap(\.roles)
      .filter { seen.insert($0).inserted }
  }

  /// Adds a local user, or gives one another password.
  ///
  /// - Parameter isReplacing: false: a user who is there already is an error.
  package func setPassword(
    _ password: Password, ofLocalUser name: String, isReplacing: Bool
  ) async throws {
    try await ports.access.setPassword(
      password, ofLocalUser: name, isReplacing: isReplacing, at: .now())
  }

  /// Removes a local user.
  package func removeLocalUser(_ name: String) async throws {
    try await ports.access.removeLocalUser(name, at: .now())
  }

  /// The roles for a new token: those named, or all that the actor has; never more than that (A1).
  package func grant(_ roles: [String]) throws -> RoleGrant {
    try authorizer.grant(roles, permit: permit, policy: policy, fileOwner: fileOwner)
  }

  /// Makes a token.
  ///
  /// - Parameter seconds: how long it is valid from now on.
  /// - Returns: its secret, which nobody can be told again, and when it ends.
  package func createToken(
    _ name: String, grant: RoleGrant, seconds: Int64
  ) async throws -> (secret: String, end: Timestamp) {
    let now = Timestamp.now()
    let end = Timestamp(secondsSince1970: now.secondsSince1970 + seconds)
    let secret = try await ports.access.createToken(name, grant: grant, expiresAt: end, at: now)
    return (secret, end)
  }

  /// Ends a token at once.
  package func revokeToken(_ name: String) async throws {
    try await ports.access.revokeToken(name, at: .now())
  }
}
