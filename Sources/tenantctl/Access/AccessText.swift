internal import Administration
internal import Authorization
internal import TenantCore

extension AccessAnswer {
  /// Tells who may sign in, what is wrong in the words of the command line.
  init(tenant: String, _ access: TenantAccess, at now: Timestamp) {
    self.init(tenant: tenant, access, at: now) { problem, name in
      switch problem {
      case .noPassword: "has no password; 'tenantctl access add \(tenant) \(name)' sets one"
      case .noOperator: "does not exist; 'tenantctl access add --operator \(name)' makes one"
      case .notAssigned: "no assignment of the tenant file names this user, who cannot sign in"
      case .expired: "has expired"
      case .rolesGone(let roles):
        "the tenant file no longer has the role \(roles.joined(separator: ", "))"
      }
    }
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
    var operatorTable = TextTable(
      ["Operator", "Password since", "Set by", "Roles", "Tokens", "Warning"])
    for named in operators {
      operatorTable.add([
        named.name, named.passwordSetAt.map { "\($0)" } ?? "none", named.passwordSetBy ?? "",
        named.roles.joined(separator: ", "), named.tokens.joined(separator: ", "),
        named.warning ?? "",
      ])
    }
    var tokenTable = TextTable(["Token", "Expires", "Made", "By", "Roles", "Warning"])
    for token in tokens {
      tokenTable.add([
        token.name, "\(token.expiresAt)", "\(token.createdAt)", token.createdBy,
        token.roles.joined(separator: ", "), token.warning ?? "",
      ])
    }
    let shown = [userTable] + (operators.isEmpty ? [] : [operatorTable]) + [tokenTable]
    let tables = shown.map {
      $0.lines(width: Terminal.width, style: style).joined(separator: "\n") + "\n"
    }
    return tables.joined(separator: "\n")
  }
}
