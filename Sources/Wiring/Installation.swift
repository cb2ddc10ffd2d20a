internal import Foundation
package import Logging
package import PluginHost
internal import TenantCore
package import TenantStore

/// Where one installation keeps its things, and how it runs: what both programs' options say.
package struct Installation: Sendable {
  /// The folder of tenant files.
  package var tenantsPath: String
  /// The folder of stores and audit; where the stores are in a PostgreSQL, of what each host keeps for itself.
  package var statePath: String
  /// Where users, links, snapshots, runs and reviews are kept.
  package var store: StoreLocation
  /// A folder of outside plugins, beside the usual ones; nil for none.
  package var pluginsFolder: String?
  /// The limits of outside plugins.
  package var pluginLimits: PluginLimits
  /// What is logged.
  package var logLevel: Logger.Level

  /// Makes an installation; what was not named is taken from the environment, else from the usual
  /// places.
  ///
  /// - Parameter pluginTimeout: seconds that an outside plugin may take for one batch.
  package init(
    tenants: String? = nil, state: String? = nil, store: String? = nil,
    storePasswordFile: String? = nil, plugins: String? = nil, pluginTimeout: Int = 60,
    logLevel: Logger.Level = .warning
  ) {
    tenantsPath = tenants ?? Self.usualTenantsPath
    // What is wrong with these was said by `problem(state:store:storePasswordFile:)`.
    let choice = try? StoreChoice(state: state, store: store, passwordFile: storePasswordFile)
    statePath = choice?.statePath ?? state ?? StoreChoice.usualStatePath
    self.store = choice?.store ?? .folder(path: statePath)
    pluginsFolder = plugins
    pluginLimits = PluginLimits()
    pluginLimits.answerTime = .seconds(pluginTimeout)
    pluginLimits.startTime = min(pluginLimits.startTime, pluginLimits.answerTime)
    self.logLevel = logLevel
  }

  /// What is wrong with the values of `--state`, `--store` and `--store-password-file`, and of the variables that stand
  /// for them; nil if nothing is.
  package static func problem(
    state: String?, store: String?, storePasswordFile: String?
  ) -> String? {
    do {
      _ = try StoreChoice(state: state, store: store, passwordFile: storePasswordFile)
      return nil
    } catch {
      return Failure(error).message
    }
  }

  /// What is wrong with the values of `--plugins` and `--plugin-timeout`; nil if nothing is.
  package static func problem(plugins: String?, pluginTimeout: Int) -> String? {
    guard (1...3600).contains(pluginTimeout) else {
      return "--plugin-timeout must be a number of seconds from 1 to 3600"
    }
    if let plugins {
      var isFolder: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(atPath: plugins, isDirectory: &isFolder)
      guard isFolder.boolValue else { return "--plugins names '\(plugins)', which is not a folder" }
    }
    let folders = [plugins, variable("TENANTCTL_PLUGINS")].compactMap(\.self)
    let wrong = folders.first { FileManager.default.fileExists(atPath: $0 + "/manifest.yaml") }
    return wrong.map {
      "'\($0)' is a plugin's folder; name the folder that contains it for --plugins or "
        + "TENANTCTL_PLUGINS"
    }
  }

  private static var usualTenantsPath: String {
    if let path = variable("TENANTCTL_TENANTS") { return path }
    let isHere = FileManager.default.fileExists(atPath: "tenants")
    return isHere ? "tenants" : "/etc/tenantctl/tenants"
  }

  /// A variable of the environment; nil if it is empty.
  package static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
