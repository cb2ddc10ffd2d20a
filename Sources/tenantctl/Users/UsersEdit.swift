internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl users edit`.
struct UsersEdit: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit",
    abstract: "Change a user: names, employee ID and email go to the override profile.",
    discussion: """
      An empty value clears a field. The Windows login cannot be edited while a link locks it.

      Example:
        tenantctl users edit acme john.doe --windows-login 'ACME\\jdoe' --email ''

      Exit codes: 0 done, 64 usage, 66 no such user, login locked, value taken, 75 a run is under \
      way, 77 permission denied.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The user's name.") var userName: String
  @Option(help: ArgumentHelp("DOMAIN\\login.", valueName: "login")) var windowsLogin: String?
  @Option(help: ArgumentHelp("First name.", valueName: "text")) var firstName: String?
  @Option(help: ArgumentHelp("Last name.", valueName: "text")) var lastName: String?
  @Option(help: ArgumentHelp("Employee ID.", valueName: "text")) var employeeId: String?
  @Option(help: ArgumentHelp("Email.", valueName: "text")) var email: String?
  @Option(help: ArgumentHelp("true or false.", valueName: "bool")) var active: Bool?
  @OptionGroup(title: "Global options") var global: GlobalOptions

  private var change: UserEdit {
    let given: [ProfileField: String?] = [
      .firstName: firstName, .lastName: lastName, .employeeId: employeeId, .email: email,
    ]
    return UserEdit(
      windowsLogin: windowsLogin, fields: given.compactMapValues(\.self), isActive: active)
  }

  func validate() throws {
    if change == UserEdit() { throw ValidationError("name at least one field to change") }
  }

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "users edit")
    try await session.edit(userName, change)
    try StandardStreams.write("'\(DisplayText.safe(userName))' is changed\n")
  }
}
