internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl reviews sign`.
struct ReviewsSign: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Sign the open round: it never changes afterwards.",
    discussion: """
      No row may need a decision and have none, unless --allow-undecided is given: then they are \
      listed as undecided, and the next round asks for them again. If the tenant file says \
      'reviews: { signer: other }', somebody signs who decided nothing in the round.

      Example:
        tenantctl reviews sign acme --statement "reviewed for the third quarter"

      Exit codes: 0 done, 64 usage, 66 undecided rows or no review is open, 74 store, 75 a run is \
      under way, 77 permission denied or another signer needed.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Option(help: ArgumentHelp("What you state with your signature.", valueName: "text"))
  var statement: String
  @Flag(help: "Sign although rows that need a decision have none.") var allowUndecided = false
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func validate() throws {
    guard statement.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("--statement must say something")
    }
  }

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "reviews sign")
    let round = try await session.signReview(
      statement: statement, allowUndecided: allowUndecided)
    let counts = round.signature?.details.counts ?? ReviewCounts()
    try StandardStreams.write(
      "\(tenant): review \(round.number) is signed: \(counts.total) users, "
        + "\(counts.vanishedLinks) vanished links, \(counts.undecided) undecided\n"
        + "digest: \(round.signature?.digest ?? "")\n")
  }
}
