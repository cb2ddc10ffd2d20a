internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl users show`.
struct UsersShow: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one user: effective values, each profile's, and the Windows login.",
    discussion: """
      Example:
        tenantctl users show acme john.doe

      Exit codes: 0 done, 66 no such user, 77 permission denied.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The user's name.") var userName: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "users show")
    try StandardStreams.write(text(try await session.user(named: userName), global.style))
  }

  private func text(_ user: UserDetail, _ style: TextStyle) -> String {
    var table = TextTable(["Field", "Effective"] + Profile.precedence.map(\.rawValue))
    for field in ProfileField.allCases {
      table.add(
        [field.rawValue, user.effective(field) ?? ""]
          + Profile.precedence.map { user.profiles[$0]?[field] ?? "" })
    }
    let login = user.windowsLogin ?? "none"
    let lock = user.isLoginLocked ? "locked while linked" : "editable"
    let link = user.link.map { "linked to \($0.domain)\\\($0.login) (\($0.guid))" } ?? "not linked"
    let head = [
      "\(user.userName) (\(user.isActive ? "active" : "inactive"), \(link))",
      "Windows login: \(login) (\(lock))",
    ]
    let hold = user.hold.map {
      "held: unlinked from \($0.directoryUser) by \($0.circumstances); no run links it until one of "
        + "its values changes"
    }
    return
      ((head + [hold].compactMap(\.self) + [""]).map { DisplayText.safe($0) }
      + table.lines(width: Terminal.width, style: style))
      .joined(separator: "\n") + "\n"
  }
}
