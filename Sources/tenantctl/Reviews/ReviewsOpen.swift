internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl reviews open`.
struct ReviewsOpen: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Open a round of review on the last complete run.",
    discussion: """
      The first round asks for every row that is not matched, every stale or vanished link, and \
      every disabled account that is matched; a later one for what is new or changed since the \
      last signed one, for exceptions that ended, and for what was to be fixed and is the same.

      Example:
        tenantctl reviews open acme

      Exit codes: 0 done, 66 a round is open already, 74 store, 75 no complete run yet, 77 \
      permission denied.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "reviews open")
    let standing = try await session.openReview()
    try StandardStreams.write(
      RoundText.head(tenant: session.tenant.displayName, standing, .now()) + "\n")
  }
}
