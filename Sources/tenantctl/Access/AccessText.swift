internal import Administration
internal import Authorization
internal import TenantCore

extension AccessAnswer {
  /// Holds who has a password or a token against the roles that the tenant file gives.
  init(
    tenant: String, policy: AccessPolicy, users: [LocalUser], tokens: [TokenDetail], now: Timestamp
  ) {
    let stored = Dictionary(users.map { ($0.name, $0) }) { first, _ in first }
    let assigned = policy.assignments.compactMap { assignment in
      if case .localUser(let name) = assignment.assignee { name } else { nil }
    }
    let names = Set(stored.keys).union(assigned).sorted()
    self.init(
      tenant: tenant,
      localUsers: names.map { name in
        let roles = policy.roles(ofLocalUser: name)
        let warning: String? =
          if stored[name] == nil {
            "has no password; 'tenantctl access add \(tenant) \(name)' sets one"
          } else if roles.isEmpty {
            "no assignment of the tenant file names this user, who cannot sign in"
          } else { nil }
        return User(name: name, roles: roles, stored: stored[name], warning: warning)
      },
      tokens: tokens.map { detail in
        let isExpired = detail.token.expiresAt <= now
        let gone = detail.token.roles.filter { policy.roles[$0] == nil }
        let warning: String? =
          if isExpired {
            "has expired"
          } else if !gone.isEmpty {
            "the tenant file no longer has the role \(gone.joined(separator: ", "))"
          } else { nil }
        return Token(detail, expired: isExpired, warning: warning)
      })
  }

  /// The tables for people.
  func text(_ style: TextStyle) -> String {
    var userTable = TextTable(["Local user", "Password since", "Set by", "Roles", "Warning"])
    for user in localUsers {
      userTable.add([
        user.name, user.passwordSetAt.map { "\($0)" } ?? "none", user.passwordSetBy ?? "",
        user.roles.joined(separator: ", "), user.warning ?? "",
      ])
    }
    var tokenTable = TextTable(["Token", "Expires", "Made", "By", "Roles", "Warning"])
    for token in tokens {
      tokenTable.add([
        token.name, "\(token.expiresAt)", "\(token.createdAt)", token.createdBy,
        token.roles.joined(separator: ", "), token.warning ?? "",
      ])
    }
    let tables = [userTable, tokenTable].map {
      $0.lines(width: Terminal.width, style: style).joined(separator: "\n") + "\n"
    }
    return tables.joined(separator: "\n")
  }
}
