internal import ArgumentParser

/// `tenantctl store`: where users, links, snapshots, runs and reviews are kept.
struct Store: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prepare and check the store, and move tenants to another one.",
    discussion: """
      The store is the state folder, or a PostgreSQL that several hosts share: --store names it.

      Example:
        tenantctl store check --store postgresql://db1,db2/tenantctl

      Exit codes: see the --help of each command.
      """,
    subcommands: [StoreInit.self, StoreCheck.self, StoreCopy.self])
}
