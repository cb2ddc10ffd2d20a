import Foundation
internal import OperatingSystem
internal import PluginContract
internal import YAMLFiles

/// The outside plugins that there are. Two of one name are both refused: shadowing is an attack.
package struct PluginCatalog: Sendable {
  /// All of them, used and refused, by name.
  package let plugins: [InstalledPlugin]

  /// Looks through the places; those that are not there are passed over.
  ///
  /// - Parameter builtIn: the names of the plugins that are linked into the program.
  package init(_ places: PluginPlaces, builtIn: Set<String>) {
    var seen: Set<String> = []
    var found: [InstalledPlugin] = []
    for place in places.folders {
      // The same folder may be named twice.
      guard let chain = FolderChain(place), seen.insert(chain.path).inserted else { continue }
      found += Self.folders(in: chain.path).map(Self.plugin)
    }
    let byName = Dictionary(grouping: found, by: \.name)
    plugins = found.map { plugin in
      var plugin = plugin
      if let clash = Self.clash(plugin.name, byName[plugin.name] ?? [], builtIn) {
        plugin.refusal = clash
      }
      return plugin
    }.sorted { ($0.name, $0.folder) < ($1.name, $1.folder) }
  }

  /// The plugin of a name; of two that clash, the first, which is refused like the other.
  package func plugin(named name: String) -> InstalledPlugin? {
    plugins.first { $0.name == name }
  }

  private static func clash(
    _ name: String, _ plugins: [InstalledPlugin], _ builtIn: Set<String>
  ) -> String? {
    let folders = plugins.map { "'\($0.folder)'" }.joined(separator: " and ")
    if builtIn.contains(name) {
      return "'\(name)' is the name of a built-in plugin; rename or remove \(folders)"
    }
    return plugins.count > 1 ? "two plugins have the name '\(name)': \(folders); remove one" : nil
  }

  /// Folders, and symbolic links to them; files beside plugins are left alone.
  private static func folders(in place: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { "\(place)/\($0)" }.filter { path in
      var isFolder: ObjCBool = false
      return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  private static func plugin(_ path: String) -> InstalledPlugin {
    let name = String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...])
    if (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil {
      return InstalledPlugin(
        name: name, folder: path,
        refusal: "'\(path)' is a symbolic link; put the folder itself there")
    }
    guard PlainName.isPlain(name) else {
      return InstalledPlugin(
        name: name, folder: path,
        refusal: "the folder's name \(PlainName.complaint(about: name) ?? "is not plain")")
    }
    return InstalledPlugin(folder: path)
  }
}

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
