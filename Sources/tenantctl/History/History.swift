internal import Administration
internal import ArgumentParser
internal import Authorization
internal import TenantCore

extension ChangeRecord.Kind: ExpressibleByArgument {}

extension Day: ExpressibleByArgument {
  /// Reads what is typed.
  init?(argument: String) { self.init(argument) }
}

/// `tenantctl history`: runs, changes, refusals, and who came or took data away (T5).
struct History: OneTenantCommand {
  private static let screenful = 20

  static let configuration = CommandConfiguration(
    abstract: "Show what was done to a tenant: runs, changes, refusals, sign-ins, exports.",
    discussion: """
      Sign-ins, sign-outs, exports, changes of access and uses of tokens are from the \
      installation's audit, and so are refusals. Days are in UTC.

      Examples:
        tenantctl history acme --limit 5
        tenantctl history acme --login 'ACME\\jdoe'
        tenantctl history acme --login jdoe --output json
        tenantctl history acme --kind unlinked --kind no-longer-matched --since 2026-11-01
        tenantctl history acme --actor maria --since 2026-11-23 --until 2026-11-23

      Exit codes: 0 done, 64 usage, 74 store, 77 permission denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Option(
    help: ArgumentHelp("Only changes of this AD user: \(LoginHelp.forms).", valueName: "login"))
  var login: String?

  @Option(
    name: .customLong("run"), help: ArgumentHelp("Only what this run did.", valueName: "number"))
  var runNumber: Int64?

  @Option(help: "Only changes of this kind; may be repeated.") var kind: [ChangeRecord.Kind] = []

  @Option(
    help: ArgumentHelp(
      "Only what somebody did; a domain, 'local:' or the like before the name may be left out.",
      valueName: "name"))
  var actor: String?

  @Option(help: ArgumentHelp("Only from this day on, such as 2026-12-31.", valueName: "day"))
  var since: Day?

  @Option(help: ArgumentHelp("Only up to this day, which is included.", valueName: "day"))
  var until: Day?

  @Option(
    help: ArgumentHelp(
      "At most this many of each kind; by default 20, in JSON all.", valueName: "n"))
  var limit: Int?

  @Option(help: "The output format.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  var answersJSON: Bool { output == .json }

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must be 0 or more") }
    if let runNumber, runNumber < 1 { throw ValidationError("--run takes a run's number") }
    if let since, let until, until < since {
      throw ValidationError("--until is before --since")
    }
    if let login, LoginName(login) == nil {
      throw ValidationError(
        "--login takes a login, such as jdoe, 'ACME\\jdoe' or jdoe@acme.example")
    }
  }

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "history")
    let limit = limit ?? (answersJSON ? nil : Self.screenful)
    let history = try await session.history(fitting: filter, limit: limit)
    try StandardStreams.write(
      answersJSON
        ? AnswerEncoder.text(HistoryAnswer(tenant: tenant, history))
        : HistoryText(history: history, filter: filter)
          .text(in: session.tenant.directories, global.style))
  }

  private var filter: HistoryFilter {
    var filter = HistoryFilter()
    filter.login = login.flatMap(LoginName.init)
    filter.run = runNumber
    filter.kinds = Set(kind)
    filter.actor = actor
    filter.since = since
    filter.until = until
    return filter
  }
}
