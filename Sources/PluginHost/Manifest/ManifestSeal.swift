import Foundation
import Glibc
internal import YAMLFiles

/// Writes a program's SHA-256 into its manifest, for whoever builds or edits a plugin.
public struct ManifestSeal: Sendable {
  private let folder: String

  /// Takes a plugin's folder.
  public init(folder: String) { self.folder = folder }

  /// Replaces or adds the line `sha256:`; the file appears whole or not at all.
  ///
  /// - Returns: the hash.
  /// - Throws: ``PluginError`` if the rest of the manifest or the program is not in order.
  public func write() throws -> String {
    let name = FolderChain(folder)?.path.split(separator: "/").last.map(String.init) ?? folder
    let path = "\(folder)/manifest.yaml"
    func refusal(_ message: String) -> PluginError {
      PluginError(.refused, plugin: name, message)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw refusal("there is no '\(path)'; every plugin has one")
    }
    let text = String(decoding: data, as: UTF8.self)
    let draft = Self.text(text, sha256: String(repeating: "0", count: 64))
    let document = YAMLDocument(Array(draft.utf8), shownAs: path, kind: .manifest)
    guard let manifest = document.value(by: .manifest(in: name), folder: folder) else {
      throw refusal(document.problems.sorted.map(\.description).joined(separator: "\n"))
    }
    let hash = try CheckedProgram.hash(of: manifest.program, in: folder, plugin: name)
    let sealed = Self.text(text, sha256: hash)
    guard sealed != text else { return hash }
    do {
      try Self.replace(path, by: sealed)
    } catch {
      throw refusal("'\(path)' cannot be written: \(error.localizedDescription)")
    }
    return hash
  }

  /// Keeps the file's mode, whatever the umask, but for a group's right to write.
  private static func replace(_ path: String, by text: String) throws {
    let manager = FileManager.default
    let mode = try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0o644
    let draft = path + ".new"
    defer { try? manager.removeItem(atPath: draft) }
    try Data(text.utf8).write(to: URL(filePath: draft))
    try manager.setAttributes([.posixPermissions: mode & ~0o022], ofItemAtPath: draft)
    guard unsafe rename(draft, path) == 0 else { throw SystemFailure.last }
  }

  private static func text(_ text: String, sha256 hash: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let line = "sha256: \(hash)"
    if let index = lines.firstIndex(where: { $0.hasPrefix("sha256:") }) {
      lines[index] = line
    } else {
      lines.insert(line, at: lines.last == "" ? lines.count - 1 : lines.count)
    }
    return lines.joined(separator: "\n") + (lines.last == "" ? "" : "\n")
  }
}
