internal import Administration
internal import ArgumentParser

/// `tenantctl relink` (U3).
struct Relink: OneTenantCommand {
  static let configuration = CommandConfiguration(
    abstract: "Restore links that were removed, if both sides are free.",
    discussion: """
      Either all that are named are restored, or none; every line of a file that cannot be done is \
      named. What differs from login to login is for links import.

      Examples:
        tenantctl relink acme jdoe
        tenantctl relink acme --from leavers.txt

      Exit codes: 0 done, 66 not found or not free, 74 store, 75 a run is under way, 77 permission \
      denied, 78 wrong lines in the file or invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup var targets: LinkTargets
  @OptionGroup var options: LinkOptions
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    try await options.run(tenant, action: "relink", global) {
      if let list = try await targets.list() {
        return try await $0.change(
          .relink, all: list, reason: options.reason, dryRun: options.dryRun)
      }
      return try await $0.relink(
        targets.all, reason: options.reason, dryRun: options.dryRun)
    }
  }
}
