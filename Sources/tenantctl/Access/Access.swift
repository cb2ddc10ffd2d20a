internal import ArgumentParser

/// `tenantctl access`: who may sign in to the page and the API.
struct Access: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Manage who may sign in to the page and the API: local users and tokens.",
    discussion: """
      Local users are for tenants whose directories are files; an assignment in the tenant file \
      gives them roles. Tokens are for programs, and carry roles of their own.

      Example:
        tenantctl access list acme

      Exit codes: see the --help of each command.
      """,
    subcommands: [
      AccessAdd.self, AccessRemove.self, AccessList.self, AccessToken.self, AccessRevoke.self,
    ])
}
