package import TenantCore

/// Makes actors of those who sign in to a page or come with a token (A3): beside ``Actor/current()``
/// the only way to one.
package struct Authenticator: Sendable {
  private let directories: any DirectorySignIn
  private let credentials: any CredentialChecking
  private let operators: any OperatorVerifying

  /// Makes an authenticator.
  package init(
    directories: any DirectorySignIn, credentials: any CredentialChecking,
    operators: any OperatorVerifying
  ) {
    self.directories = directories
    self.credentials = credentials
    self.operators = operators
  }

  /// Who signs in with a login and a password; nil if nobody does.
  ///
  /// A local user whom the tenant file names is looked for first, then the tenant's directories, if the
  /// file gives roles to groups of them. Somebody without any role is nobody (A5).
  ///
  /// - Parameters:
  ///   - tenant: nil if there is none of the name that was typed.
  ///   - policy: the tenant's.
  /// - Throws: if it could not be decided; ``PasswordNotSent`` if no directory was sent the password.
  package func signIn(
    to tenant: Tenant?, policy: AccessPolicy, login: String, password: Password
  ) async throws -> SignedIn? {
    guard let tenant,
      let attempt = SignInAttempt(tenant, login: login, password: password)
    else {
      try await pretend(password)
      return nil
    }
    if policy.assignments.contains(where: { $0.assignee == .localUser(login) }) {
      return try await localUser(attempt)
    }
    let groups = policy.directoryGroups
    guard !groups.isEmpty else {
      try await pretend(password)
      return nil
    }
    guard let person = try await directories.person(of: attempt, groups: groups),
      !person.groups.isEmpty
    else { return nil }
    return SignedIn(person, of: tenant.name, groups: Set(groups))
  }

  /// Somebody who signed in, as of now: with the groups of today; nil if they may not come any more.
  ///
  /// - Parameter moment: by which it is judged whether an account has expired.
  /// - Throws: if it could not be found out.
  package func check(
    _ signedIn: SignedIn, of tenant: Tenant, policy: AccessPolicy, at moment: Timestamp
  ) async throws -> SignedIn? {
    switch signedIn.account {
    case .local(let name, let mark):
      // The mark is another one once the user was removed or given another password.
      let now = try await credentials.passwordMark(ofLocalUser: name, of: tenant.name)
      return now == mark ? signedIn : nil
    case .operator: return try await checkOperator(signedIn)
    case .directory(let person, _):
      let groups = policy.directoryGroups
      guard !groups.isEmpty,
        let now = try await directories.person(
          again: person, of: tenant, groups: groups, at: moment),
        !now.groups.isEmpty
      else { return nil }
      return SignedIn(now, of: tenant.name, groups: Set(groups))
    }
  }

  /// Who signs in as an operator; nil if nobody does.
  ///
  /// Somebody whom no tenant file gives a role is nobody (A5).
  ///
  /// - Parameter policies: those of all tenants.
  /// - Throws: ``PasswordNotSent`` if it could not be decided.
  package func signIn(
    operator name: String, policies: [AccessPolicy], password: Password
  ) async throws -> SignedIn? {
    guard let attempt = OperatorSignInAttempt(name, password: password),
      policies.contains(where: { $0.names(operator: name) })
    else {
      try await pretend(password)
      return nil
    }
    do {
      let mark = try await operators.passwordMark(ofOperator: name)
      guard try await operators.isOperator(attempt), let mark else { return nil }
      return SignedIn(operator: name, passwordMark: mark)
    } catch {
      throw PasswordNotSent(cause: error)
    }
  }

  /// An operator who signed in, as of now; nil once the operator was removed or given another password,
  /// and for anybody who is no operator.
  package func checkOperator(_ signedIn: SignedIn) async throws -> SignedIn? {
    guard case .operator(let name, let mark) = signedIn.account else { return nil }
    return try await operators.passwordMark(ofOperator: name) == mark ? signedIn : nil
  }

  /// The mark is read before the password is looked at: one that is set in between ends the session.
  private func localUser(_ attempt: SignInAttempt) async throws -> SignedIn? {
    do {
      let mark = try await credentials.passwordMark(
        ofLocalUser: attempt.login, of: attempt.tenant.name)
      guard try await credentials.isLocalUser(attempt), let mark else { return nil }
      return SignedIn(localUser: attempt.login, of: attempt.tenant.name, passwordMark: mark)
    } catch {
      throw PasswordNotSent(cause: error)
    }
  }

  private func pretend(_ password: Password) async throws {
    do { try await credentials.pretend(password) } catch { throw PasswordNotSent(cause: error) }
  }

  /// Who comes to a tenant with a token's secret; nil if neither the tenant nor an operator has such a
  /// token, or it has expired.
  ///
  /// What an operator may do in the tenant is not asked here.
  package func actor(
    withToken secret: String, of tenant: String, at moment: Timestamp
  ) async throws -> Actor? {
    if let token = try await credentials.token(secret, of: tenant, at: moment) {
      return Actor(
        userName: "token:\(token.name)", identity: .token(tenant: tenant, roles: token.roles))
    }
    return try await operatorActor(secret, moment)
  }

  /// Who comes with a token's secret to no tenant in particular: an operator, or one of a tenant.
  package func actor(
    withToken secret: String, ofAnyOf tenants: [String], at moment: Timestamp
  ) async throws -> Actor? {
    if let actor = try await operatorActor(secret, moment) { return actor }
    let tenant = try await operators.tenant(ofToken: secret, among: tenants, at: moment)
    guard let tenant else { return nil }
    return try await actor(withToken: secret, of: tenant, at: moment)
  }

  private func operatorActor(_ secret: String, _ moment: Timestamp) async throws -> Actor? {
    try await operators.operatorToken(secret, at: moment).map { token in
      Actor(
        userName: "operator:\(token.operatorName) (token:\(token.name))",
        identity: .operator(name: token.operatorName))
    }
  }
}
