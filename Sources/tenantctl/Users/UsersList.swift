internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl users list`.
struct UsersList: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the users of the application with their effective values.",
    discussion: """
      Example:
        tenantctl users list acme

      Exit codes: 0 done, 77 permission denied, 78 invalid tenant file or users file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "users list")
    let users = try await session.listUsers()
    var table = TextTable([
      "User", "Windows login", "First name", "Last name", "Email", "Linked to",
    ])
    for user in users {
      table.add([
        user.userName + (user.isActive ? "" : " (inactive)"), user.windowsLogin ?? "",
        user.effective(.firstName) ?? "", user.effective(.lastName) ?? "",
        user.effective(.email) ?? "", user.link.map { "\($0.domain)\\\($0.login)" } ?? "",
      ])
    }
    let lines = table.lines(width: Terminal.width, style: global.style)
    let linked = users.filter { $0.link != nil }.count
    try StandardStreams.write(
      (lines + ["", "\(users.count) users, \(linked) linked"]).joined(separator: "\n") + "\n")
  }
}
