internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl access revoke`.
struct AccessRevoke: AccessSubjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Revoke a token, which stops working at once.",
    discussion: """
      Examples:
        tenantctl access revoke acme nightly
        tenantctl access revoke --operator olga nightly

      Exit codes: 0 done, 64 usage, 66 no such token, 74 state folder, 77 permission denied, 78 \
      invalid tenant file.
      """)

  @Argument(
    help: ArgumentHelp(
      "The tenant, and the token's name.", valueName: "tenant-and-name"),
    completion: .custom { words, _, _ in TenantNames.complete(words) })
  var names: [String] = []

  @Option(help: ArgumentHelp("Revoke a token of this operator instead.", valueName: "name"))
  var `operator`: String?

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func validate() throws { _ = try AccessSubject.token(names, operator: `operator`) }

  func run() async throws {
    switch try AccessSubject.token(names, operator: `operator`) {
    case .tenant(let tenant, let name):
      let session = try await global.tenants.session(tenant, action: "access revoke")
      try await session.revokeToken(name)
      try StandardStreams.write("token '\(name)' of \(tenant) is revoked\n")
    case .operator(let name, let token):
      let access = try await global.tenants.operatorAccess(name, action: "access revoke --operator")
      try await access.revokeToken(token ?? "")
      try StandardStreams.write("token '\(token ?? "")' of operator '\(name)' is revoked\n")
    }
  }
}
