internal import Administration
internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Wiring

/// The options of every command.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customLong("tenants"),
    help: ArgumentHelp(
      "Folder of tenant files (TENANTCTL_TENANTS; default ./tenants, then /etc/tenantctl/tenants).",
      valueName: "dir"),
    completion: .directory)
  var tenantsFolder: String?

  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      """
      Folder of stores and audit log (TENANTCTL_STATE; default /var/lib/tenantctl if it exists, \
      else $XDG_STATE_HOME/tenantctl, else ~/.local/state/tenantctl).
      """, valueName: "dir"), completion: .directory, transform: GlobalOptions.stateFolder)
  var stateFolder: String?

  @Option(
    help: ArgumentHelp(
      """
      Where users, links, snapshots, runs and reviews are kept: sqlite:DIR, which is a state folder \
      (the default), or a PostgreSQL that several hosts share, as \
      postgresql://HOST,HOST/DATABASE (TENANTCTL_STORE). Its password is never in the URL.
      """, valueName: "url"))
  var store: String?

  @Option(
    help: ArgumentHelp(
      """
      The file with the password of --store, which others may not read \
      (TENANTCTL_STORE_PASSWORD_FILE); libpq's own places do, too.
      """, valueName: "file"), completion: .file())
  var storePasswordFile: String?

  @Option(
    name: .customLong("plugins"),
    help: ArgumentHelp(
      """
      A folder with a folder for each outside plugin, besides TENANTCTL_PLUGINS (one folder), \
      $XDG_DATA_HOME/tenantctl/plugins and /usr/local/lib/tenantctl/plugins.
      """, valueName: "dir"), completion: .directory)
  var pluginsFolder: String?

  @Option(
    help: ArgumentHelp(
      "How long an outside plugin may take for one batch, in seconds, 1 to 3600.",
      valueName: "seconds"))
  var pluginTimeout = 60

  @Option(
    help: ArgumentHelp(
      "What is logged to standard error: trace, debug, info, notice, warning, error.",
      valueName: "level"))
  var logLevel: LogLevel = .warning

  @Flag(help: "No colours, even on a terminal; the variable NO_COLOR does the same.")
  var noColor = false

  @Flag(help: "No progress and no notes on standard error, only errors.")
  var quiet = false

  /// The value of `--state`. In version 1.0 `review --state` took the state of a row: a script that
  /// still means one is told so, before a folder of that name is made.
  private static func stateFolder(_ path: String) throws -> String {
    guard RowStateName(argument: path) != nil, !FileManager.default.fileExists(atPath: path) else {
      return path
    }
    throw ValidationError(
      "there is no folder of that name. For rows of this state use --row-state \(path), for a new "
        + "folder --state ./\(path)")
  }

  func validate() throws {
    let problem =
      Installation.problem(plugins: pluginsFolder, pluginTimeout: pluginTimeout)
      ?? Installation.problem(
        state: stateFolder, store: store, storePasswordFile: storePasswordFile)
    if let problem { throw ValidationError(problem) }
  }

  /// What the options say of the installation.
  var installation: Installation {
    Installation(
      tenants: tenantsFolder, state: stateFolder, store: store,
      storePasswordFile: storePasswordFile, plugins: pluginsFolder, pluginTimeout: pluginTimeout,
      logLevel: logLevel.level)
  }

  /// What the commands work with.
  var dependencies: Dependencies { Dependencies(installation, label: "tenantctl") }

  /// The tenants, and the permission check of each.
  var tenants: TenantRegistry { dependencies.tenants }

  /// All plugins that a command can name.
  var plugins: PluginRegistry { dependencies.plugins }

  /// The notes that are wanted.
  var notes: Notes { Notes(isQuiet: quiet, style: style) }

  /// What shows on the terminal how far a run is; nil where nobody would see it.
  func progress(of tenant: String) -> (@Sendable (RunProgress) -> Void)? {
    guard let line = ProgressLine(tenant: tenant, notes: notes) else { return nil }
    return { line.show($0) }
  }

  /// The colours that are wanted.
  var style: TextStyle { TextStyle(noColor: noColor) }
}

/// A log level as it is typed.
enum LogLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
  case trace, debug, info, notice, warning, error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .warning }
}
