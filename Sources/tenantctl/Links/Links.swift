internal import ArgumentParser

/// `tenantctl links`: links, many at once.
struct Links: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Link, unlink and relink many at once, from a spreadsheet.",
    discussion: """
      For one at a time there are link, unlink and relink.

      Example:
        tenantctl links import acme links.csv --dry-run

      Exit codes: see the --help of each command.
      """,
    subcommands: [LinksImport.self])
}
