internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl access list`.
struct AccessList: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List who may sign in: local users and tokens, with their roles.",
    discussion: """
      A local user needs both, a password and an assignment in the tenant file; who lacks one is \
      marked, and so is a token that has expired or has a role that the tenant file no longer has.

      Examples:
        tenantctl access list acme
        tenantctl access list acme --output json

      Exit codes: 0 done, 74 state folder, 77 permission refused, 78 tenant file wrong.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Option(help: "How the answer is written.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "access list")
    let answer = AccessAnswer(
      tenant: tenant, policy: session.policy, users: try await session.access.localUsers(),
      tokens: try await session.access.tokens(), now: .now())
    try StandardStreams.write(
      output == .json ? AnswerEncoder.text(answer) : answer.text(global.style))
  }
}
