internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl access remove`.
struct AccessRemove: AccessSubjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove a local user or an operator, who can then no longer sign in.",
    discussion: """
      Assignments in the tenant files stay as they are. An operator's tokens are removed too.

      Examples:
        tenantctl access remove acme maria
        tenantctl access remove --operator olga

      Exit codes: 0 done, 64 usage, 66 no such user, 74 state folder, 77 permission denied, 78 \
      invalid tenant file.
      """)

  @Argument(
    help: ArgumentHelp(
      "The tenant, and the local user's name.", valueName: "tenant-and-name"),
    completion: .custom { words, _, _ in TenantNames.complete(words) })
  var names: [String] = []

  @Option(help: ArgumentHelp("An operator instead.", valueName: "name"))
  var `operator`: String?

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func validate() throws { _ = try AccessSubject.person(names, operator: `operator`) }

  func run() async throws {
    switch try AccessSubject.person(names, operator: `operator`) {
    case .tenant(let tenant, let name):
      let session = try await global.tenants.session(tenant, action: "access remove")
      try await session.removeLocalUser(name)
      try StandardStreams.write("local user '\(name)' of \(tenant) is removed\n")
    case .operator(let name, _):
      try await global.tenants.operatorAccess(name, action: "access remove --operator").remove()
      try StandardStreams.write("operator '\(name)' is removed\n")
    }
  }
}
