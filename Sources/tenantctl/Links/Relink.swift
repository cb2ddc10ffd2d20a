internal import Administration
internal import ArgumentParser

/// `tenantctl relink` (U3).
struct Relink: OneTenantCommand {
  static let configuration = CommandConfiguration(
    abstract: "Restore links that were removed, if both sides are free.",
    discussion: """
      Either all that are named are restored, or none.

      Example:
        tenantctl relink acme jdoe

      Exit codes: 0 done, 66 not found or not free, 74 store, 75 a run is under way, 77 permission \
      denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup var targets: LinkTargets
  @OptionGroup var options: LinkOptions
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    try await options.run(tenant, action: "relink", global) {
      try await $0.relink(
        targets.all, reason: options.reason, dryRun: options.dryRun)
    }
  }
}
