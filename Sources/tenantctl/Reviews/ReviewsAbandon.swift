internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl reviews abandon`.
struct ReviewsAbandon: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "abandon",
    abstract: "End the open round without a signature; its decisions count no more.",
    discussion: """
      Example:
        tenantctl reviews abandon acme

      Exit codes: 0 done, 66 no review is open, 74 store, 77 permission denied.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "reviews abandon")
    let round = try await session.abandonReview()
    try StandardStreams.write("\(tenant): review \(round.number) is abandoned\n")
  }
}
