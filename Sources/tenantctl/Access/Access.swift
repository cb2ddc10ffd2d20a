internal import ArgumentParser

/// `tenantctl access`: who may sign in to the page and the API.
struct Access: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Manage who may sign in to the page and the API: local users, operators, tokens.",
    discussion: """
      Local users are for tenants whose directories are files; an assignment in the tenant file \
      gives them roles. Operators sign in once for all tenants whose files name them. Tokens are \
      for programs.

      Examples:
        tenantctl access list acme
        tenantctl access add --operator olga

      Exit codes: see the --help of each command.
      """,
    subcommands: [
      AccessAdd.self, AccessRemove.self, AccessList.self, AccessToken.self, AccessRevoke.self,
    ])
}
