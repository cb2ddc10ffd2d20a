internal import ArgumentParser

/// `tenantctl users`: the application's users.
struct Users: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import, list, show and edit the users of the application.",
    subcommands: [UsersImport.self, UsersList.self, UsersShow.self, UsersEdit.self])
}
