import Foundation

/// A folder of plugins for a test, gone with the value.
package final class PluginFolder: Sendable {
  private let folder: TemporaryFolder
  /// Stands among the arguments of every plugin of this folder, and in no other process.
  package let marker = "marker-\(UUID().uuidString)"

  package init() throws { folder = try TemporaryFolder() }

  /// The folder that `--plugins` names.
  package var path: String { folder.path(".") }

  /// The path of a file or folder in it.
  package func path(_ name: String) -> String { folder.path(name) }

  /// Puts a plugin in, sealed.
  @discardableResult
  package func add(_ plugin: PythonPlugin, manifest extra: String = "") throws -> String {
    let path = folder.path(plugin.name)
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    try write(plugin.text, to: "\(plugin.name)/program", mode: 0o755)
    try write(manifest(of: plugin) + extra, to: "\(plugin.name)/manifest.yaml", mode: 0o644)
    return path
  }

  /// The manifest of a plugin whose program lies in the folder.
  package func manifest(of plugin: PythonPlugin) throws -> String {
    var text = """
      manifest: 1
      name: \(plugin.name)
      kind: \(plugin.kind.rawValue)
      version: "1"
      contract: 1
      program: program
      arguments: [\(marker)]
      sha256: \(try Self.sha256(folder.path("\(plugin.name)/program")))
      author: a test
      summary: compares names
      options: \(plugin.options.manifest)

      """
    if plugin.kind == .exporter { text += "fileExtension: txt\nmediaType: text/plain\n" }
    return text
  }

  /// Writes a file of this folder.
  package func write(_ text: String, to name: String, mode: Int) throws {
    try Data(text.utf8).write(to: URL(filePath: folder.path(name)))
    try setMode(mode, of: name)
  }

  package func setMode(_ mode: Int, of name: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.path(name))
  }

  /// A file's SHA-256 in hexadecimal digits.
  package static func sha256(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sha256sum")
    process.arguments = [path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return String(text.prefix(64))
  }
}
