internal import ArgumentParser

/// `tenantctl users`: the application's users.
struct Users: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import, list, show and edit the users of the application.",
    discussion: """
      Example:
        tenantctl users list acme

      Exit codes: see the --help of each command.
      """,
    subcommands: [UsersImport.self, UsersList.self, UsersShow.self, UsersEdit.self])
}
