public import TenantCore

/// Makes actors of those who sign in to a page or come with a token (A3): beside ``Actor/current()``
/// the only way to one.
public struct Authenticator: Sendable {
  private let directories: any DirectorySignIn
  private let credentials: any CredentialChecking

  /// Makes an authenticator.
  public init(directories: any DirectorySignIn, credentials: any CredentialChecking) {
    self.directories = directories
    self.credentials = credentials
  }

  /// Who signs in with a login and a password; nil if nobody does.
  ///
  /// A local user whom the tenant file names is looked for first, then the tenant's directories, if the
  /// file gives roles to groups of them. Somebody without any role is nobody (A5).
  ///
  /// - Parameters:
  ///   - tenant: nil if there is none of the name that was typed.
  ///   - policy: the tenant's.
  public func actor(
    signingInTo tenant: Tenant?, policy: AccessPolicy, login: String, password: Password
  ) async throws -> Actor? {
    guard let tenant,
      let attempt = SignInAttempt(tenant, login: login, password: password)
    else {
      try await credentials.pretend(password)
      return nil
    }
    let assignees = policy.assignments.map(\.assignee)
    if assignees.contains(.localUser(login)) {
      return try await credentials.isLocalUser(attempt)
        ? Actor(
          userName: "local:\(login)", identity: .localUser(tenant: tenant.name, name: login)) : nil
    }
    let groups = assignees.compactMap { assignee in
      if case .directoryGroup(let group) = assignee { group } else { nil }
    }
    guard !groups.isEmpty else {
      try await credentials.pretend(password)
      return nil
    }
    guard let person = try await directories.person(of: attempt, groups: groups),
      !person.groups.isEmpty
    else { return nil }
    return Actor(
      userName: "\(person.domain)\\\(person.login)",
      identity: .directoryUser(tenant: tenant.name, groups: person.groups))
  }

  /// Who comes with a token's secret; nil if the tenant has no such token, or it has expired.
  public func actor(
    withToken secret: String, of tenant: String, at moment: Timestamp
  ) async throws -> Actor? {
    guard let token = try await credentials.token(secret, of: tenant, at: moment) else {
      return nil
    }
    return Actor(
      userName: "token:\(token.name)", identity: .token(tenant: tenant, roles: token.roles))
  }
}
