internal import ArgumentParser
internal import Logging
internal import Wiring

/// The options that mean the same as those of tenantctl.
struct InstallationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of tenant files (TENANTCTL_TENANTS; default ./tenants, then /etc/tenantctl/tenants).",
      valueName: "dir"))
  var tenants: String?

  @Option(
    help: ArgumentHelp(
      """
      Folder of stores and audit log (TENANTCTL_STATE; default /var/lib/tenantctl if it exists, \
      else $XDG_STATE_HOME/tenantctl, else ~/.local/state/tenantctl).
      """, valueName: "dir"))
  var state: String?

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
      """, valueName: "file"))
  var storePasswordFile: String?

  @Option(
    help: ArgumentHelp(
      """
      A folder with a folder for each outside plugin, besides TENANTCTL_PLUGINS (one folder), \
      $XDG_DATA_HOME/tenantctl/plugins and /usr/local/lib/tenantctl/plugins.
      """, valueName: "dir"))
  var plugins: String?

  @Option(
    help: ArgumentHelp(
      "How long an outside plugin may take for one batch, in seconds, 1 to 3600.",
      valueName: "seconds"))
  var pluginTimeout = 60

  @Option(
    help: ArgumentHelp(
      "What is logged to standard error: trace, debug, info, notice, warning, error.",
      valueName: "level"))
  var logLevel = LogLevel.info

  func validate() throws {
    let problem =
      Installation.problem(plugins: plugins, pluginTimeout: pluginTimeout)
      ?? Installation.problem(
        state: state, store: store, storePasswordFile: storePasswordFile)
    if let problem { throw ValidationError(problem) }
  }

  /// What the options say of the installation.
  var installation: Installation {
    Installation(
      tenants: tenants, state: state, store: store, storePasswordFile: storePasswordFile,
      plugins: plugins, pluginTimeout: pluginTimeout, logLevel: logLevel.level)
  }
}

/// A log level as it is typed.
enum LogLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
  case trace, debug, info, notice, warning, error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
