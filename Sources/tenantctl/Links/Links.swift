internal import ArgumentParser

/// `tenantctl links`: links, many at once.
struct Links: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change many links at once from a spreadsheet, and undo what was done last.",
    discussion: """
      For one at a time there are link, unlink and relink.

      Example:
        tenantctl links import acme links.csv --dry-run
        tenantctl links undo acme

      Exit codes: see the --help of each command.
      """,
    subcommands: [LinksImport.self, LinksUndo.self])
}
