internal import Administration
internal import ArgumentParser
internal import OperatingSystem
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

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp(
      "A file with a login on each line, for many; - for standard input.", valueName: "file"),
    completion: .file())
  var file: String?

  /// All that are named in the command line.
  var all: [LinkTarget] { logins.map(LinkTarget.login) + userNames.map(LinkTarget.user) }

  func validate() throws {
    if file != nil {
      guard logins.isEmpty, userNames.isEmpty else {
        throw ValidationError("the file of --from names all; name nobody beside it")
      }
    } else if logins.isEmpty && userNames.isEmpty {
      throw ValidationError("name at least one login, or use --user or --from")
    }
  }

  /// All that the file names; nil if there is none.
  func list() async throws -> LoginList? {
    guard let file else { return nil }
    return try await OwnThread.run {
      guard file == StandardInput.word else { return try LoginList(file: file) }
      return try LoginList(
        try StandardInput.bytes(limit: LoginList.maximumBytes + 1), named: StandardInput.name)
    }
  }
}
