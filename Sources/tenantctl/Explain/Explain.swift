internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl explain`: why one AD user is or is not matched (R7).
struct Explain: OneTenantCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain why one AD user is or is not matched.",
    discussion: """
      Example:
        tenantctl explain acme 'ACME\\jdoe'

      Exit codes: 0 done, 66 no such login, or one in several domains, 70 plugin failed, \
      75 no complete run yet, 77 permission denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The login: \(LoginHelp.forms).") var login: String

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "explain")
    let lines = try await session.explanation(login: login) { [tenant] in
      CommandRemedy.commands($0, tenant: tenant)
    }
    try StandardStreams.write(lines.map { DisplayText.safe($0) + "\n" }.joined())
  }
}
