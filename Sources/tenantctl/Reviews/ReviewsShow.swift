internal import Administration
internal import ArgumentParser
internal import TenantCore

/// How a round is written.
enum RoundFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case table, json, csv
}

/// `tenantctl reviews show`.
struct ReviewsShow: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what of a round needs a decision, and why; --all shows the whole round.",
    discussion: """
      Of the open round it lists the rows that need a decision, with what changed; of a signed \
      one those that were decided or left undecided. Links and users that were changed by hand \
      while the round was open are listed as its corrections.

      Example:
        tenantctl reviews show acme
        tenantctl reviews show acme 3 --all --output csv

      Exit codes: 0 done, 66 no such review, 74 store, 77 permission denied.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The review's number; the open one, else the latest.") var number: Int64?
  @Flag(help: "All rows, not only those that need a decision or have one.") var all = false
  @Option(help: "The output format.") var output = RoundFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "reviews show")
    let all = all
    let standing = try await session.reviewStanding(number) { item in
      if all { return true }
      // Of an open round what is left; a signed one has no causes, but what was decided.
      return item.mark == .undecided || item.mark == .decided
    }
    let shown = all ? standing : standing.leavingWhatIsDecided
    let text = RoundText(tenant: session.tenant, standing: shown)
    switch output {
    case .table: try StandardStreams.write(text.text(global.style, at: .now()))
    case .csv: try StandardStreams.write(text.csv())
    case .json:
      try StandardStreams.write(AnswerEncoder.text(RoundStandingAnswer(tenant: tenant, shown)))
    }
  }
}

extension RoundStanding {
  /// Of the open round only what needs a decision; any other as it is.
  fileprivate var leavingWhatIsDecided: RoundStanding {
    guard round.state == .open else { return self }
    return filtered { $0.mark == .undecided }
  }
}
