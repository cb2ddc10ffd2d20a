internal import ArgumentParser
internal import Authorization
internal import TenantCore
internal import TenantStore

/// `tenantctl history`: runs, changes, refusals (T5).
struct History: AsyncParsableCommand, JSONAnswering {
  static let configuration = CommandConfiguration(
    abstract: "Show what was done to a tenant: runs, changes, refusals.",
    discussion: """
      Examples:
        tenantctl history acme --limit 5
        tenantctl history acme --login jdoe --output json

      Exit codes: 0 done, 77 permission refused, 78 tenant file wrong.
      """)

  @Argument(help: "The tenant.", completion: .custom { _, _, _ in TenantNames.here() })
  var tenant: String

  @Option(help: ArgumentHelp("Only changes of this AD user.", valueName: "login"))
  var login: String?

  @Option(help: ArgumentHelp("At most this many of each kind.", valueName: "n")) var limit: Int?
  @Option(help: "How the answer is written.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  var answersJSON: Bool { output == .json }

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit takes a number from 0") }
  }

  func run() async throws {
    let workbench = Workbench(global)
    let session = try workbench.session(tenant, action: "history")
    let store = try session.store(writable: false)
    let answer = HistoryAnswer(
      tenant: tenant, runs: try await store.runs(limit: limit),
      changes: try await store.changes(login: login, limit: limit),
      refusals: try session.refusals.refusals(ofTenant: tenant, limit: limit))
    try StandardStreams.write(
      answersJSON ? answer.json() : answer.text(isOneLogin: login != nil, workbench.notes.style))
  }
}
