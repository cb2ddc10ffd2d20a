internal import Administration
internal import ArgumentParser

/// `tenantctl unlink` (U1 to U3).
struct Unlink: OneTenantCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove links; no run links the pairs again.",
    discussion: """
      Either all that are named are unlinked, or none. For thousands at once use links import, \
      which takes them from a spreadsheet.

      Example:
        tenantctl unlink acme jdoe --reason "left the project"

      Exit codes: 0 done, 66 not found or not free, 74 store, 75 a run is under way, 77 permission \
      denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup var targets: LinkTargets
  @OptionGroup var options: LinkOptions
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    try await options.run(tenant, action: "unlink", global) {
      try await $0.unlink(
        targets.all, reason: options.reason, dryRun: options.dryRun)
    }
  }
}
