internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl reviews list`.
struct ReviewsList: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List a tenant's rounds of review.",
    discussion: """
      Example:
        tenantctl reviews list acme
        tenantctl reviews list acme --output json

      Exit codes: 0 done, 74 store, 77 permission denied.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Option(help: "The output format.") var output = AnswerFormat.table
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "reviews list")
    let rounds = try await session.reviewRounds()
    guard output == .table else {
      return try StandardStreams.write(
        AnswerEncoder.text(ReviewRoundsAnswer(tenant: tenant, rounds)))
    }
    var table = TextTable([
      "Review", "State", "Opened", "Closed", "By", "Rows", "Undecided", "Digest",
    ])
    for round in rounds {
      let counts = round.signature?.details.counts
      table.add([
        "\(round.number)", round.state.rawValue, round.opened.at.description,
        round.closed?.at.description ?? "", round.closed?.actor ?? round.opened.actor,
        counts.map { "\($0.total)" } ?? "", counts.map { "\($0.undecided)" } ?? "",
        round.signature?.digest ?? "",
      ])
    }
    let lines = table.lines(width: Terminal.width, style: global.style)
    try StandardStreams.write(lines.map { $0 + "\n" }.joined())
  }
}
