internal import Administration
internal import ArgumentParser

/// `tenantctl link`: one pair by hand (U4).
struct Link: OneTenantCommand {
  static let configuration = CommandConfiguration(
    abstract: "Link one AD user to one user of the application.",
    discussion: """
      Refused if either is already linked, naming the other side; a link whose AD user was \
      deleted is replaced. Says what changes: both people's names, and each value of the user \
      before and after. --dry-run says the same and changes nothing.

      Example:
        tenantctl link acme jdoe john.doe --reason "same person, ticket 4711"

      Exit codes: 0 done, 66 not found or not free, 74 store, 75 a run is under way, 77 permission \
      denied, 78 invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The login: \(LoginHelp.forms).") var login: String
  @Argument(help: "The user's name in the application.") var userName: String
  @OptionGroup var options: LinkOptions
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    try await options.run(tenant, action: "link", global) {
      try await $0.link(
        [LinkPair(.login(login), to: userName)], reason: options.reason, dryRun: options.dryRun)
    }
  }
}
