internal import Administration
internal import ArgumentParser

/// `tenantctl links undo` (U3).
struct LinksUndo: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Undo what you linked or unlinked last, all of it or nothing.",
    discussion: """
      What your last link, unlink, relink or links import unlinked is linked again, and what it \
      linked is unlinked. Values that a user took stay. A link that was replaced does not come \
      back. Undone twice, the links are as they were.

      Example:
        tenantctl links undo acme --dry-run

      Exit codes: 0 done, 66 nothing to undo, not free, or changed by somebody else since, 74 \
      store, 75 a run is under way, 77 permission denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @OptionGroup var options: LinkOptions
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    try await options.run(tenant, action: "links undo", global) {
      try await $0.undoLinks(reason: options.reason, dryRun: options.dryRun)
    }
  }
}
