internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl access remove`.
struct AccessRemove: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove a local user, who can then no longer sign in.",
    discussion: """
      Assignments in the tenant file stay as they are.

      Example:
        tenantctl access remove acme maria

      Exit codes: 0 done, 66 no such user, 74 state folder, 77 permission denied, 78 invalid tenant \
      file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The user's name.") var name: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "access remove")
    try await session.removeLocalUser(name)
    try StandardStreams.write("local user '\(name)' of \(tenant) is removed\n")
  }
}
