internal import Administration
internal import ArgumentParser
internal import TenantCore
internal import Wiring

/// `tenantctl store init`.
struct StoreInit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make the schema, the programs' role and its rights in a PostgreSQL.",
    discussion: """
      Run it as the role that is to own the tables, which is not the one that the programs sign in \
      as: row-level security keeps the tenants apart only for a role that owns nothing. Run it again \
      after an update, before the programs of the new version are started: it adds what is new, and \
      what runs meanwhile goes on. A state folder is made if it is not there.

      Examples:
        tenantctl store init --store postgresql://tenantctl_owner@db1/tenantctl
        tenantctl store init --store postgresql:///tenantctl --program-role ad_review

      Exit codes: 0 done, 64 usage, 74 store.
      """)

  @Option(
    help: ArgumentHelp(
      "The role that the programs sign in as (default: tenantctl).", valueName: "name"))
  var programRole: String?

  @Option(help: "The output format.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let done = try await global.dependencies.storeCare.prepare(programRole: programRole)
    guard output == .table else { return try StandardStreams.write(AnswerEncoder.text(done)) }
    let lines = done.steps.map {
      "\(DisplayText.safe($0.subject)): \(DisplayText.safe($0.result))\n"
    }
    try StandardStreams.write(lines.joined())
    let changes = done.steps.count(where: \.isChange)
    global.notes.say(
      changes == 0
        ? "\(done.store) was ready"
        : "\(done.store) is ready; \(changes) of \(lines.count) were made")
  }
}
