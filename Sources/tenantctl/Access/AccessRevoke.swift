internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl access revoke`.
struct AccessRevoke: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Revoke a token, which stops working at once.",
    discussion: """
      Example:
        tenantctl access revoke acme nightly

      Exit codes: 0 done, 66 no such token, 74 state folder, 77 permission denied, 78 invalid tenant \
      file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The token's name.") var name: String
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "access revoke")
    try await session.revokeToken(name)
    try StandardStreams.write("token '\(name)' of \(tenant) is revoked\n")
  }
}
