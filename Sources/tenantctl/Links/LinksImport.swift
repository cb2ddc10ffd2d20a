internal import Administration
internal import ArgumentParser
internal import TenantCore

/// `tenantctl links import` (U1 to U5).
struct LinksImport: OneTenantCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Link, unlink and relink what a CSV file says, all of it or nothing.",
    discussion: """
      The columns, in any order: activeDirectoryLogin (with domain, if you like) or objectGUID, \
      action (link, unlink or relink), userName and reason. Other columns of 'export' are passed \
      over, and so are lines without an action. link needs a userName; with unlink and relink it \
      is checked, and may stand alone if the AD user is gone.

      The file is decided as one: what it unlinks is free for what it links, and one wrong line \
      rejects it. Every wrong line is named.

      Example:
        tenantctl links import acme links.csv --dry-run
        tenantctl links import acme links.csv

      Exit codes: 0 done, 74 store, 75 a run is under way, 77 permission denied, 78 wrong lines \
      in the file or invalid tenant file.
      """)

  @Argument(help: "The tenant.", completion: .custom { words, _, _ in TenantNames.complete(words) })
  var tenant: String

  @Argument(help: "The spreadsheet (CSV).", completion: .file(extensions: ["csv"])) var file: String
  @Flag(help: "Show what would happen; write nothing.") var dryRun = false
  @OptionGroup(title: "Global options") var global: GlobalOptions

  func run() async throws {
    let session = try await global.tenants.session(tenant, action: "links import")
    let changes = try await session.changeLinks(file: file, dryRun: dryRun)
    let mark = dryRun ? "would be done: " : ""
    let counts = [
      (LinkWish.Action.link, "linked"), (.unlink, "unlinked"), (.relink, "relinked"),
    ].map { "\(changes.counts[$0.0] ?? 0) \($0.1)" }
    try StandardStreams.write(
      changes.all.map { DisplayText.safe(mark + $0) + "\n" }.joined()
        + "\(tenant): \(mark)\(counts.joined(separator: ", ")); "
        + "\(changes.blank) lines without an action\n")
  }
}
