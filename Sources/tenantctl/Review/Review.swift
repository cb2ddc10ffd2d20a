internal import Administration
internal import ArgumentParser
internal import PluginContract
internal import TenantCore
internal import Wiring

/// How a review filters by status.
enum StatusFilter: String, ExpressibleByArgument, CaseIterable, Sendable {
  case all, matched
  case notMatched = "not-matched"

  var status: Status? {
    switch self {
    case .all: nil
    case .matched: .matched
    case .notMatched: .notMatched
    }
  }
}

/// How an answer is written.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case table, json
}

/// How a review filters by account.
enum AccountChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  case enabled, disabled, locked, expired, unknown

  var filter: AccountFilter {
    switch self {
    case .enabled: .enabled
    case .disabled: .disabled
    case .locked: .locked
    case .expired: .expired
    case .unknown: .unknown
    }
  }
}

/// The state of a row, or of a link without one, as it is typed.
struct RowStateName: ExpressibleByArgument, Sendable {
  static let allValueStrings =
    RowState.allCases.map(\.rawValue) + VanishedLinkState.allCases.map(\.rawValue)
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

  let rawValue: String

  init?(argument: String) {
    guard Self.allValueStrings.contains(argument) else { return nil }
    rawValue = argument
  }
}

extension ChangedSince: ExpressibleByArgument {
  /// Reads what is typed.
  init?(argument: String) { self.init(argument) }
}

/// `tenantctl review`: the table of the mission page.
struct Review: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which AD users are matched, which are not, and why.",
    discussion: """
      Reads the snapshot of the last complete run and says how old it is; --live reads the \
      directory now and stores nothing.

      Examples:
        tenantctl review acme --filter not-matched
        tenantctl review acme --row-state ambiguous --row-state contested
        tenantctl review acme --account disabled --filter matched
        tenantctl review acme --search smith --output json
        tenantctl review acme --attention
        tenantctl review acme --changed-since review

      What counts as a change of a row: its status, state, linked user, reason code, or what its \
      account is. A day is one in UTC.

      Exit codes: 0 done, 64 usage, 66 there is no such run or no signed review, 69 directory unavailable (--live), 74 store, 75 no complete \
      run yet, 77 permission denied, 78 invalid tenant file or no directory configured.
      """)

  @OptionGroup var selection: TenantSelection

  @Option(help: "Only rows of this status.") var filter = StatusFilter.all

  @Option(
    name: .customLong("row-state"),
    help: ArgumentHelp(
      "Only rows of this state; may be repeated.", valueName: "state"))
  var rowStates: [RowStateName] = []

  @Option(
    help: ArgumentHelp("Only rows with this text in login, mail or user name.", valueName: "text"))
  var search: String?

  @Flag(
    help:
      "Only rows that need a decision in the open review, or would need one if a review were opened now."
  )
  var attention = false

  @Option(
    help: ArgumentHelp(
      "Only rows that are new or changed since: \(ChangedSince.forms).", valueName: "when"))
  var changedSince: ChangedSince?

  @Option(help: ArgumentHelp("Only rows of this domain.", valueName: "name")) var domain: String?
  @Option(
    help: "Only accounts like this; unknown: it could not be read whether they are enabled.")
  var account: AccountChoice?
  @Flag(help: "The same as --account enabled.") var enabled = false
  @Flag(help: "The same as --account disabled.") var disabled = false
  @Option(help: ArgumentHelp("At most this many rows.", valueName: "n")) var limit: Int?
  @Option(help: "The output format.") var output = AnswerFormat.table
  @Flag(help: "Read the directory now; store nothing.") var live = false

  @OptionGroup(title: "Global options") var global: GlobalOptions

  var answersJSON: Bool { output == .json }

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit must be 0 or more") }
    if changedSince != nil, live {
      throw ValidationError("use either --changed-since or --live, not both")
    }
    if attention, live { throw ValidationError("use either --attention or --live, not both") }
    if [account != nil, enabled, disabled].count(where: \.self) > 1 {
      throw ValidationError("use only one of --account, --enabled and --disabled")
    }
  }

  private var rowFilter: RowFilter {
    RowFilter(
      status: filter.status, states: Set(rowStates.map(\.rawValue)),
      text: search.map(CanonicalText.of), domain: domain.map(CanonicalText.of),
      account: enabled ? .enabled : disabled ? .disabled : account?.filter,
      remaining: limit)
  }

  func run() async throws {
    let dependencies = global.dependencies
    let names = try selection.names(dependencies.tenants)
    let json = answersJSON ? JSONOutput(isArray: selection.isSeveral) : nil
    var failure: (any Error)?
    do {
      try await SeveralTenants(names: names, notes: global.notes, json: json).each { name in
        try await review(name, dependencies, json)
        return TenantAnswer()
      }
    } catch {
      failure = error
    }
    try json?.end()
    if let failure { throw failure }
  }

  private func review(
    _ name: String, _ dependencies: Dependencies, _ json: JSONOutput?
  ) async throws {
    let session = try await dependencies.tenants.session(name, action: "review")
    try checkDomain(session.tenant)
    var snapshot = try await session.withPlugins {
      try await session.snapshot(live: live, progress: global.progress(of: name))
    }
    if attention { snapshot = try await session.needingDecisions(snapshot) }
    if let changedSince {
      snapshot = try await session.changed(since: changedSince, snapshot)
    }
    guard let json else {
      let table = ReviewTable(
        session: session, snapshot: snapshot, filter: rowFilter,
        states: rowStates.map(\.rawValue))
      return try await table.write(style: global.style) { try StandardStreams.write($0) }
    }
    var filtered = snapshot
    filtered.rows = FilteredRows(rows: snapshot.rows, filter: rowFilter)
    let plugin = dependencies.plugins.document
    let export = SnapshotExport(
      snapshot: filtered, plugin: plugin, columns: plugin.declaration.columns)
    try await export.write(tenant: name) { try json.write($0) }
    json.endElement()
  }

  /// A mistyped domain is not an empty table. Of several tenants, not all need have it.
  private func checkDomain(_ tenant: Tenant) throws {
    guard let domain, !selection.isSeveral else { return }
    let known = tenant.directories.map(\.domain)
    guard known.contains(where: { CanonicalText.of($0) == CanonicalText.of(domain) }) else {
      throw Failure(
        .usage,
        "there is no domain '\(domain)' in tenant '\(tenant.name)'; known: "
          + known.joined(separator: ", "))
    }
  }
}
