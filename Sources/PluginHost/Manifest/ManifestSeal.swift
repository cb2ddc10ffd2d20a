import Foundation
import Glibc
internal import OperatingSystem
internal import YAMLFiles

/// Writes a program's SHA-256 into its manifest, for whoever builds or edits a plugin.
package struct ManifestSeal: Sendable {
  private let folder: String

  /// Takes a plugin's folder.
  package init(folder: String) { self.folder = folder }

  /// Replaces or adds the line `sha256:`; the file appears whole or not at all.
  ///
  /// - Returns: the hash.
  /// - Throws: ``PluginError`` if the rest of the manifest or the program is not in order.
  package func write() throws -> String {
    let name = FolderChain(folder)?.path.split(separator: "/").last.map(String.init) ?? folder
    let path = "\(folder)/manifest.yaml"
    func refusal(_ message: String) -> PluginError {
      PluginError(.refused, plugin: name, message)
    }
    // Whoever else may write the folder could have this program write somewhere else.
    let problems = FolderChain(folder)?.problems() ?? ["the folder '\(folder)' does not exist"]
    guard problems.isEmpty else { throw refusal(problems.joined(separator: "; ")) }
    let text = try text(of: path, refusal)
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
      throw refusal(
        "'\(path)' cannot be written: \((error as? SystemFailure)?.inWords ?? "\(error)")")
    }
    return hash
  }

  private func text(of path: String, _ refusal: (String) -> PluginError) throws -> String {
    let file: TrustedFolder.File?
    do throws(FileRefusal) {
      file = try TrustedFolder(path: folder, kind: .manifest, runningUser: getuid())
        .file(named: "manifest.yaml", shownAs: path)
    } catch {
      throw refusal(error.problems.map(\.description).joined(separator: "; "))
    }
    guard let file else { throw refusal("there is no '\(path)'; every plugin has one") }
    return String(decoding: file.bytes, as: UTF8.self)
  }

  /// Writes a file of its own beside the old one and puts it in its place, whatever the umask.
  private static func replace(_ path: String, by text: String) throws {
    let draft = path + ".new"
    let descriptor = try FileDescriptor(
      checking: unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644))
    defer { unsafe unlink(draft) }
    fchmod(descriptor.number, 0o644)
    let bytes = Array(text.utf8)
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.write(descriptor.number, $0.baseAddress, $0.count)
    }
    guard count == bytes.count, unsafe rename(draft, path) == 0 else { throw SystemFailure.last }
  }

  private static func text(_ text: String, sha256 hash: String) -> String {
    // Swift takes CR LF for one character; a manifest keeps the line ends that it has.
    let end = text.contains("\r\n") ? "\r\n" : "\n"
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map(String.init)
    let line = "sha256: \(hash)"
    if let index = lines.firstIndex(where: { $0.hasPrefix("sha256:") }) {
      lines[index] = line
    } else {
      lines.insert(line, at: lines.last == "" ? lines.count - 1 : lines.count)
    }
    return lines.joined(separator: end) + (lines.last == "" ? "" : end)
  }
}
