import Foundation

/// Where outside plugins lie: folders with a folder for each plugin.
package struct PluginPlaces: Sendable, Equatable {
  /// The folders, in the order in which they are looked through.
  package let folders: [String]

  /// The usual places (plugins.md, section 4).
  ///
  /// - Parameters:
  ///   - folder: `--plugins`, if it was given.
  ///   - environment: of the process: `TENANTCTL_PLUGINS`, `XDG_DATA_HOME` and `HOME` count.
  package init(folder: String?, environment: [String: String]) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let data = variable("XDG_DATA_HOME") ?? variable("HOME").map { $0 + "/.local/share" }
    folders = [
      folder, variable("TENANTCTL_PLUGINS"), data.map { $0 + "/tenantctl/plugins" },
      "/usr/local/lib/tenantctl/plugins",
    ].compactMap(\.self)
  }

  /// Takes folders as they are.
  package init(folders: [String]) { self.folders = folders }
}
