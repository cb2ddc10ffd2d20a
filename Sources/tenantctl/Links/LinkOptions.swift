internal import Administration
internal import ArgumentParser
internal import TenantCore

/// How a login may be typed, for the help of every command that takes one.
enum LoginHelp {
  static let forms =
    "login, DOMAIN\\login, dns.domain\\login, login@dns.domain or the userPrincipalName"
}

/// What link, unlink and relink have in common.
struct LinkOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Why; kept in the history.", valueName: "text")) var reason: String?
  @Flag(help: "Show what would happen; write nothing.") var dryRun = false

  /// Checks the permissions and prints what was done.
  func run(
    _ tenant: String, action: String, _ global: GlobalOptions,
    _ edit: (TenantSession) async throws -> LinkChanges
  ) async throws {
    let changes = try await edit(try await global.tenants.session(tenant, action: action))
    let mark = dryRun ? "would be done: " : ""
    try StandardStreams.write(changes.all.map { DisplayText.safe(mark + $0) + "\n" }.joined())
  }
}

/// Whom unlink and relink are about.
struct LinkTargets: ParsableArguments {
  @Argument(help: "Logins: \(LoginHelp.forms).") var logins: [String] = []

  @Option(
    name: .customLong("user"),
    help: ArgumentHelp(
      "A user of the application instead of a login, for links whose AD user is gone; may be "
        + "repeated.", valueName: "name"))
  var userNames: [String] = []

  /// All that are named.
  var all: [LinkTarget] { logins.map(LinkTarget.login) + userNames.map(LinkTarget.user) }

  func validate() throws {
    if logins.isEmpty && userNames.isEmpty {
      throw ValidationError("name at least one login, or use --user")
    }
  }
}
