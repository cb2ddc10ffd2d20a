internal import Administration
package import Authorization
package import TenantCore

/// Changes by what the operator that a permit names signs in.
package struct OperatorEditor: OperatorStoring {
  private let permit: OperatorPermit
  private let access: any AccessEditing

  /// Takes a permit and a state folder; nothing is opened yet.
  package init(_ permit: OperatorPermit, in state: StateFolder) {
    self.init(permit, AccessFiles(state: state))
  }

  /// Takes a permit and a database; nothing is asked yet.
  package init(_ permit: OperatorPermit, in pool: PostgresPool) {
    self.init(permit, AccessTables(pool))
  }

  init(_ permit: OperatorPermit, _ access: any AccessEditing) {
    self.permit = permit
    self.access = access
  }

  /// - Throws: ``StoreError``: `usage` for a name of the wrong form, `notAvailable` for an operator who is
  ///   there already; ``Authorization/Password/unfit``.
  package func setPassword(
    _ password: Password, isReplacing: Bool, at moment: Timestamp
  ) async throws {
    try check(permit.name, of: "an operator")
    guard password.bytes.count >= Password.minimumBytes else { throw Password.unfit }
    let user = AccessContent.User(
      name: permit.name, passwordHash: try await PasswordHashing.hash(password), setAt: moment,
      setBy: permit.actor.userName)
    try await edit(permit.name, at: moment) { content in
      let place = content.localUsers.firstIndex { $0.name == user.name }
      guard place == nil || isReplacing else {
        throw StoreError(
          .notAvailable, "there is an operator '\(user.name)' already", remedy: .replacePassword)
      }
      if let place { content.localUsers[place] = user } else { content.localUsers.append(user) }
    }
  }

  /// - Throws: ``StoreError`` with code `notAvailable` if there is no such operator.
  package func remove(at moment: Timestamp) async throws {
    let name = permit.name
    try await edit(name, at: moment) { content in
      try Self.check(name, isIn: content)
      content.localUsers.removeAll { $0.name == name }
      // Whoever gets the name later is to get no tokens with it.
      content.tokens.removeAll { $0.operator == name }
    }
  }

  /// - Throws: ``StoreError``: `usage` for a name of the wrong form, `notAvailable` for one that is taken,
  ///   or if there is no such operator.
  package func createToken(
    _ name: String, expiresAt: Timestamp, at moment: Timestamp
  ) async throws -> String {
    try check(name, of: "a token")
    let secret = TokenSecret()
    let token = AccessContent.Token(
      name: name, sha256: secret.hexadecimalSHA256, roles: [], createdAt: moment,
      createdBy: permit.actor.userName, expiresAt: expiresAt, operator: permit.name)
    let owner = permit.name
    try await edit(name, at: moment) { content in
      try Self.check(owner, isIn: content)
      guard !content.tokens.contains(where: { $0.name == name }) else {
        throw StoreError(
          .notAvailable,
          "an operator has a token '\(name)'; revoke it first, or choose another name")
      }
      content.tokens.append(token)
    }
    return secret.text
  }

  /// - Throws: ``StoreError`` with code `notAvailable` if the operator has no such token.
  package func revokeToken(_ name: String, at moment: Timestamp) async throws {
    let owner = permit.name
    try await edit(name, at: moment) { content in
      let place = content.tokens.firstIndex { $0.name == name && $0.operator == owner }
      guard let place else {
        throw StoreError(.notAvailable, "the operator '\(owner)' has no token '\(name)'")
      }
      content.tokens.remove(at: place)
    }
  }

  private static func check(_ name: String, isIn content: AccessContent) throws {
    guard !content.localUsers.contains(where: { $0.name == name }) else { return }
    throw StoreError(.notAvailable, "there is no operator '\(name)'")
  }

  private func check(_ name: String, of thing: String) throws {
    guard !AccessContent.isName(name) else { return }
    throw StoreError(.usage, "the name of \(thing) is 1 to 64 of A-Z a-z 0-9 . _ -")
  }

  private func edit(
    _ subject: String, at moment: Timestamp,
    _ change: @escaping @Sendable (inout AccessContent) throws -> Void
  ) async throws {
    let record = AccessChange(
      at: moment, actor: permit.actor.userName, userID: permit.actor.userID,
      tenant: Authorizer.allTenants, action: permit.action,
      subject: subject == permit.name ? subject : "\(permit.name): \(subject)")
    try await access.edit(.operators, record, change)
  }
}
