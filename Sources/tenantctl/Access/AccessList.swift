internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl access list`.
struct AccessList: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List who may sign in: local users, operators and tokens, with their roles.",
    discussion: """
      A local user needs both a password and an assignment in the tenant file; operators are those \
      whom the tenant file names. Those who lack a password or an assignment are marked, and so are tokens that have expired or have a role that is no longer in the \
      tenant file.

      Examples:
        tenantctl access list acme
        tenantctl access list acme --output json

      Exit codes: 0 done, 74 state folder, 77 permission denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Option(help: "The output format.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "access list")
    let now = Timestamp.now()
    let answer = AccessAnswer(tenant: tenant, try await session.accessList(at: now), at: now)
    try StandardStreams.write(
      output == .json ? AnswerEncoder.text(answer) : answer.text(global.style))
  }
}
