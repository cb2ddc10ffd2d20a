package import Administration
package import Authorization
package import TenantCore

/// Changes the local users and tokens of the tenant that a permit names.
package struct AccessEditor: AccessStoring {
  private let permit: Permit
  private let access: any AccessEditing

  /// Takes a permit and a state folder; nothing is opened yet.
  package init(_ permit: Permit, in state: StateFolder) {
    self.init(permit, AccessFiles(state: state))
  }

  /// Takes a permit and a database; nothing is asked yet.
  package init(_ permit: Permit, in pool: PostgresPool) {
    self.init(permit, AccessTables(pool))
  }

  init(_ permit: Permit, _ access: any AccessEditing) {
    self.permit = permit
    self.access = access
  }

  /// All local users, in order of their names.
  package func localUsers() async throws -> [LocalUser] {
    try await content().localUsers.map(\.detail).sorted { $0.name < $1.name }
  }

  /// All tokens, in order of their names, those that have expired among them.
  package func tokens() async throws -> [TokenDetail] {
    try await content().tokens.map(\.detail).sorted { $0.token.name < $1.token.name }
  }

  /// Adds a local user, or gives one another password.
  ///
  /// - Throws: ``StoreError``: `usage` for a name of the wrong form, `notAvailable` for a user who is
  ///   there already; ``Authorization/Password/unfit``.
  package func setPassword(
    _ password: Password, ofLocalUser name: String, isReplacing: Bool, at moment: Timestamp
  ) async throws {
    try checkName(name, of: "a local user")
    guard password.bytes.count >= Password.minimumBytes else { throw Password.unfit }
    let user = AccessContent.User(
      name: name, passwordHash: try await PasswordHashing.hash(password),
      setAt: moment, setBy: permit.actor.userName)
    try await edit(name, at: moment) { content in
      let place = content.localUsers.firstIndex { $0.name == name }
      guard place == nil || isReplacing else {
        throw StoreError(
          .notAvailable,
          "tenant '\(permit.tenant.name)' has a local user '\(name)' already",
          remedy: .replacePassword)
      }
      if let place { content.localUsers[place] = user } else { content.localUsers.append(user) }
    }
  }

  /// Removes a local user.
  ///
  /// - Throws: ``StoreError`` with code `notAvailable` if there is no such user.
  package func removeLocalUser(_ name: String, at moment: Timestamp) async throws {
    try await edit(name, at: moment) { content in
      guard let place = content.localUsers.firstIndex(where: { $0.name == name }) else {
        throw missing("local user", name)
      }
      content.localUsers.remove(at: place)
    }
  }

  /// Makes a token and gives its secret, which is not kept.
  ///
  /// - Throws: ``StoreError``: `usage` for a name of the wrong form, `notAvailable` for one that is
  ///   taken.
  package func createToken(
    _ name: String, grant: RoleGrant, expiresAt: Timestamp, at moment: Timestamp
  ) async throws -> String {
    try checkName(name, of: "a token")
    guard grant.tenant == permit.tenant.name else {
      throw StoreError(
        .usage, "the roles are of tenant '\(grant.tenant)', not of tenant '\(permit.tenant.name)'")
    }
    let secret = TokenSecret()
    let token = AccessContent.Token(
      name: name, sha256: secret.hexadecimalSHA256, roles: grant.roles,
      createdAt: moment, createdBy: permit.actor.userName,
      expiresAt: expiresAt)
    try await edit(name, roles: grant.roles, at: moment) { content in
      guard !content.tokens.contains(where: { $0.name == name }) else {
        throw StoreError(
          .notAvailable,
          "tenant '\(permit.tenant.name)' has a token '\(name)'; revoke it first, or choose "
            + "another name")
      }
      content.tokens.append(token)
    }
    return secret.text
  }

  /// Ends a token.
  ///
  /// - Throws: ``StoreError`` with code `notAvailable` if there is no such token.
  package func revokeToken(_ name: String, at moment: Timestamp) async throws {
    try await edit(name, at: moment) { content in
      guard let place = content.tokens.firstIndex(where: { $0.name == name }) else {
        throw missing("token", name)
      }
      content.tokens.remove(at: place)
    }
  }

  /// Operators of these names, in order; those that do not exist are left out.
  package func operators(named names: Set<String>) async throws -> [LocalUser] {
    try await operatorContent().localUsers.filter { names.contains($0.name) }.map(\.detail)
      .sorted { $0.name < $1.name }
  }

  /// The tokens of operators of these names, in order.
  package func operatorTokens(of names: Set<String>) async throws -> [OperatorTokenDetail] {
    try await operatorContent().tokens.compactMap(\.operatorDetail)
      .filter { names.contains($0.token.operatorName) }.sorted { $0.token.name < $1.token.name }
  }

  // MARK: - What is kept

  private func operatorContent() async throws -> AccessContent {
    try await access.content(.operators)
  }

  private func content() async throws -> AccessContent {
    try await access.content(.tenant(permit.tenant.name))
  }

  private func edit(
    _ subject: String, roles: [String] = [], at moment: Timestamp,
    _ change: @escaping @Sendable (inout AccessContent) throws -> Void
  ) async throws {
    let record = AccessChange(
      at: moment, actor: permit.actor.userName, userID: permit.actor.userID,
      tenant: permit.tenant.name, action: permit.action, subject: subject, roles: roles)
    try await access.edit(.tenant(permit.tenant.name), record, change)
  }

  // MARK: - Errors

  private func checkName(_ name: String, of thing: String) throws {
    guard !AccessContent.isName(name) else { return }
    throw StoreError(.usage, "the name of \(thing) is 1 to 64 of A-Z a-z 0-9 . _ -")
  }

  private func missing(_ kind: String, _ name: String) -> StoreError {
    let tenant = permit.tenant.name
    return StoreError(
      .notAvailable,
      "tenant '\(tenant)' has no \(kind) '\(name)'", remedy: .showAccess)
  }
}
