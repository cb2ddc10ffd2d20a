internal import ArgumentParser
internal import Foundation
internal import Logging
internal import PluginHost

/// The options of every command.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customLong("tenants"),
    help: ArgumentHelp(
      "Folder of tenant files (TENANTCTL_TENANTS; default ./tenants, then /etc/tenantctl/tenants).",
      valueName: "dir"))
  var tenantsFolder: String?

  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      """
      Folder of stores and audit (TENANTCTL_STATE; default /var/lib/tenantctl if it exists, else \
      $XDG_STATE_HOME/tenantctl, else ~/.local/state/tenantctl).
      """, valueName: "dir"))
  var stateFolder: String?

  @Option(
    name: .customLong("plugins"),
    help: ArgumentHelp(
      """
      A folder with a folder for each outside plugin, beside TENANTCTL_PLUGINS (one folder), \
      $XDG_DATA_HOME/tenantctl/plugins and /usr/local/lib/tenantctl/plugins.
      """, valueName: "dir"))
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

  @Flag(help: "No colours, even on a terminal; so does the variable NO_COLOR.")
  var noColor = false

  @Flag(help: "No progress and no notes on standard error, only errors.")
  var quiet = false

  func validate() throws {
    guard (1...3600).contains(pluginTimeout) else {
      throw ValidationError("--plugin-timeout takes a number of seconds from 1 to 3600")
    }
    if let pluginsFolder {
      var isFolder: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(atPath: pluginsFolder, isDirectory: &isFolder)
      guard isFolder.boolValue else {
        throw ValidationError("--plugins names '\(pluginsFolder)', which is no folder")
      }
    }
    for path in [pluginsFolder, Self.variable("TENANTCTL_PLUGINS")].compactMap(\.self)
    where FileManager.default.fileExists(atPath: path + "/manifest.yaml") {
      throw ValidationError(
        "'\(path)' is a plugin's folder; name the folder that it lies in for --plugins or "
          + "TENANTCTL_PLUGINS")
    }
  }

  /// The limits of outside plugins.
  var pluginLimits: PluginLimits {
    var limits = PluginLimits()
    limits.answerTime = .seconds(pluginTimeout)
    limits.startTime = min(limits.startTime, limits.answerTime)
    return limits
  }

  /// The folder of tenant files.
  var tenantsPath: String {
    if let path = tenantsFolder ?? Self.variable("TENANTCTL_TENANTS") { return path }
    let isHere = FileManager.default.fileExists(atPath: "tenants")
    return isHere ? "tenants" : "/etc/tenantctl/tenants"
  }

  /// The folder of stores and audit.
  var statePath: String {
    if let path = stateFolder ?? Self.variable("TENANTCTL_STATE") { return path }
    if FileManager.default.fileExists(atPath: "/var/lib/tenantctl") { return "/var/lib/tenantctl" }
    let home =
      Self.variable("XDG_STATE_HOME")
      ?? FileManager.default.homeDirectoryForCurrentUser.path + "/.local/state"
    return home + "/tenantctl"
  }

  /// A variable of the environment; nil if it is empty.
  static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// A log level as it is typed.
enum LogLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
  case trace, debug, info, notice, warning, error

  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .warning }
}
