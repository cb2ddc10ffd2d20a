internal import Authorization
internal import Foundation
internal import TenantCore
internal import Workbench

/// Who may sign in to a tenant, as text or JSON.
struct AccessAnswer {
  /// A local user, whom the access file, the tenant file or both know.
  struct User {
    var name: String
    /// Nil for who has no password.
    var stored: LocalUser?
    var roles: [String]
    var warning: String?
  }

  struct Token {
    var detail: TokenDetail
    var isExpired: Bool
    var warning: String?
  }

  let tenant: String
  let users: [User]
  let tokens: [Token]

  init(
    tenant: String, policy: AccessPolicy, users: [LocalUser], tokens: [TokenDetail], now: Timestamp
  ) {
    self.tenant = tenant
    let stored = Dictionary(users.map { ($0.name, $0) }) { first, _ in first }
    let assigned = policy.assignments.compactMap { assignment in
      if case .localUser(let name) = assignment.assignee { name } else { nil }
    }
    self.users = Set(stored.keys).union(assigned).sorted().map { name in
      let roles = policy.roles(ofLocalUser: name)
      let warning =
        if stored[name] == nil {
          "has no password; 'tenantctl access add \(tenant) \(name)' sets one"
        } else if roles.isEmpty {
          "no assignment of the tenant file names this user, who cannot sign in"
        } else { String?.none }
      return User(name: name, stored: stored[name], roles: roles, warning: warning)
    }
    self.tokens = tokens.map { detail in
      let isExpired = detail.token.expiresAt <= now
      let gone = detail.token.roles.filter { policy.roles[$0] == nil }
      let warning =
        if isExpired {
          "has expired"
        } else if !gone.isEmpty {
          "the tenant file no longer has the role \(gone.joined(separator: ", "))"
        } else { String?.none }
      return Token(detail: detail, isExpired: isExpired, warning: warning)
    }
  }

  func text(_ style: TextStyle) -> String {
    var userTable = TextTable(["Local user", "Password since", "Set by", "Roles", "Warning"])
    for user in users {
      userTable.add([
        user.name, user.stored?.setAt.description ?? "none", user.stored?.setBy ?? "",
        user.roles.joined(separator: ", "), user.warning ?? "",
      ])
    }
    var tokenTable = TextTable(["Token", "Expires", "Made", "By", "Roles", "Warning"])
    for token in tokens {
      let detail = token.detail
      tokenTable.add([
        detail.token.name, detail.token.expiresAt.description, detail.createdAt.description,
        detail.createdBy, detail.token.roles.joined(separator: ", "), token.warning ?? "",
      ])
    }
    let tables = [userTable, tokenTable].map {
      $0.lines(width: Terminal.width, style: style).joined(separator: "\n") + "\n"
    }
    return tables.joined(separator: "\n")
  }

  func json() throws -> String {
    try JSONAnswer.text([
      "tenant": tenant,
      "localUsers": users.map { user in
        [
          "name": user.name, "roles": user.roles, "warning": orNull(user.warning),
          "passwordSetAt": orNull(user.stored?.setAt.description),
          "passwordSetBy": orNull(user.stored?.setBy),
        ] as [String: Any]
      },
      "tokens": tokens.map { token in
        let detail = token.detail
        return [
          "name": detail.token.name, "roles": detail.token.roles,
          "createdAt": detail.createdAt.description, "createdBy": detail.createdBy,
          "expiresAt": detail.token.expiresAt.description, "expired": token.isExpired,
          "warning": orNull(token.warning),
        ] as [String: Any]
      },
    ])
  }

  private func orNull(_ value: Any?) -> Any { value ?? NSNull() }
}
