internal import Administration
internal import ArgumentParser
internal import TenantCore

/// What is decided, as it is typed.
enum DecisionFlag: String, EnumerableFlag {
  case confirmed, exception, toFix

  var kind: ReviewDecision.Kind {
    switch self {
    case .confirmed: .confirmed
    case .exception: .exception
    case .toFix: .toFix
    }
  }

  static func help(for value: DecisionFlag) -> ArgumentHelp? {
    switch value {
    case .confirmed: "It is right as it is."
    case .exception: "It is not as it should be, and may stay so; needs --note."
    case .toFix: "Somebody has to change it; needs --note."
    }
  }
}

/// `tenantctl reviews decide`.
struct ReviewsDecide: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide",
    abstract: "Decide on rows of the open round: confirmed, an exception, or to fix.",
    discussion: """
      Either all that are named are decided, or none; of a file, one wrong line rejects all, and \
      every wrong line is named. The file is a CSV with the columns of 'export', and with \
      decision (confirmed, exception or to-fix), note, until and for; lines without a decision \
      are passed over, and so are those whose decision stands already. A later decision takes the place of an \
      earlier one, and a row that changes after its decision needs another.

      Examples:
        tenantctl reviews decide acme jsmith mgarcia --confirmed
        tenantctl reviews decide acme svc-backup --exception --note "backup" --until 2026-12-31
        tenantctl reviews decide acme hlee --to-fix --note "two users" --for maria
        tenantctl reviews decide acme --from acme.csv --dry-run

      Exit codes: 0 done, 64 usage, 66 not found or no review is open, 74 store, 77 permission \
      denied, 78 wrong lines in the file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(
    help: "Logins: \(LoginHelp.forms); or the GUID of a record without one.")
  var logins: [String] = []

  @Option(
    name: .customLong("user"),
    help: ArgumentHelp(
      "An unclaimed user of the application, or the user of a vanished link; may be repeated.",
      valueName: "name"))
  var userNames: [String] = []

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp("A spreadsheet (CSV) with decisions.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var file: String?

  @Flag var decision: DecisionFlag?
  @Option(help: ArgumentHelp("Why.", valueName: "text")) var note: String?
  @Option(
    help: ArgumentHelp("The last day of an exception, such as 2026-12-31.", valueName: "date"),
    transform: { text in
      guard let day = Day(text) else {
        throw ValidationError("'\(text)' is no day; write it as 2026-12-31")
      }
      return day
    })
  var until: Day?
  @Option(name: .customLong("for"), help: ArgumentHelp("Who is to fix it.", valueName: "name"))
  var assignee: String?
  @Flag(help: "Show what would happen; write nothing.") var dryRun = false
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func validate() throws {
    if file != nil {
      let isAlone =
        logins.isEmpty && userNames.isEmpty && decision == nil && note == nil && until == nil
        && assignee == nil
      guard isAlone else {
        throw ValidationError("the file of --from says who is decided, and what")
      }
      return
    }
    guard let decision else {
      throw ValidationError("say what is decided: --confirmed, --exception or --to-fix")
    }
    if logins.isEmpty, userNames.isEmpty {
      throw ValidationError("name at least one login, or use --user")
    }
    if decision != .confirmed, note == nil { throw ValidationError("say why with --note") }
    if decision != .exception, until != nil {
      throw ValidationError("--until goes with --exception")
    }
    if decision != .toFix, assignee != nil { throw ValidationError("--for goes with --to-fix") }
  }

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "reviews decide")
    if let file { return try await decide(session, file) }
    guard let decision else { return }
    let wish = ReviewDecision.Wish(
      decision.kind, note: note, until: until, assignee: assignee)
    let targets = logins.map(LinkTarget.login) + userNames.map(LinkTarget.user)
    let sentences = try await session.decide(targets, wish, dryRun: dryRun)
    let mark = dryRun ? "would be done: " : ""
    try StandardStreams.write(sentences.map { DisplayText.safe(mark + $0) + "\n" }.joined())
  }

  private func decide(_ session: TenantSession, _ file: String) async throws {
    let result = try await session.decide(file: file, dryRun: dryRun)
    let kinds = ReviewDecision.Kind.allCases.map { "\(result.decided[$0] ?? 0) \($0.rawValue)" }
    try StandardStreams.write(
      "\(dryRun ? "would be done: " : "")\(kinds.joined(separator: ", ")); "
        + "\(result.unchanged) unchanged, \(result.blank) without a decision\n")
  }
}
