internal import Administration
internal import ArgumentParser

/// `tenantctl unlink` (U1 to U3).
struct Unlink: OneTenantCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove links; no run links the pairs again.",
    discussion: """
      Either all that are named are unlinked, or none; every line of a file that cannot be done is \
      named. What differs from login to login is for links import.

      Examples:
        tenantctl unlink acme jdoe --reason "left the project"
        tenantctl unlink acme --from leavers.txt --dry-run

      Exit codes: 0 done, 66 not found or not free, 74 store, 75 a run is under way, 77 permission \
      denied, 78 wrong lines in the file or invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup var targets: LinkTargets
  @OptionGroup var options: LinkOptions
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    try await options.run(tenant, action: "unlink", global) {
      if let list = try await targets.list() {
        return try await $0.change(
          .unlink, all: list, reason: options.reason, dryRun: options.dryRun)
      }
      return try await $0.unlink(
        targets.all, reason: options.reason, dryRun: options.dryRun)
    }
  }
}
