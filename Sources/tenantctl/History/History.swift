internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

/// `tenantctl history`: runs, changes, refusals (T5).
struct History: OneTenantCommand {
  private static let screenful = 20

  static let configuration = CommandConfiguration(
    abstract: "Show what was done to a tenant: runs, changes, refusals.",
    discussion: """
      Examples:
        tenantctl history acme --limit 5
        tenantctl history acme --login 'ACME\\jdoe'
        tenantctl history acme --login jdoe --output json

      Exit codes: 0 done, 64 usage, 74 store, 77 permission denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Option(
    help: ArgumentHelp("Only changes of this AD user: \(LoginHelp.forms).", valueName: "login"))
  var login: String?

  @Option(
    help: ArgumentHelp(
      "At most this many of each kind; by default 20, in JSON all.", valueName: "n"))
  var limit: Int?

  @Option(help: "The output format.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  var answersJSON: Bool { output == .json }

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must be 0 or more") }
    if let login, LoginName(login) == nil {
      throw ValidationError(
        "--login takes a login, such as jdoe, 'ACME\\jdoe' or jdoe@acme.example")
    }
  }

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "history")
    let limit = limit ?? (answersJSON ? nil : Self.screenful)
    let name = login.flatMap(LoginName.init)
    let history = try await session.history(login: name, limit: limit)
    try StandardStreams.write(
      answersJSON
        ? AnswerEncoder.text(HistoryAnswer(tenant: tenant, history))
        : HistoryText(history: history)
          .text(login: name?.lookUps(in: session.tenant.directories), global.style))
  }
}
