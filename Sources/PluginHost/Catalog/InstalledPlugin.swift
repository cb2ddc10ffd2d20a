import Glibc
internal import OperatingSystem
internal import PluginContract
internal import YAMLFiles

/// An outside plugin that lies in one of the places, in use or refused.
package struct InstalledPlugin: Sendable {
  /// The folder's name, which is the plugin's.
  package let name: String
  /// The folder, without symbolic links where it could be found.
  package let folder: String
  /// What the plugin says of itself; nil if that could not be read.
  package let manifest: PluginManifest?
  /// Why the plugin is not used, before its program was looked at; nil if nothing speaks against it.
  package internal(set) var refusal: String?

  /// False for a folder whose name no plugin can have.
  package var hasPlainName: Bool { PlainName.isPlain(name) }

  /// Reads a plugin's folder; its program is opened when it is started.
  package init(folder path: String) {
    let given = path.split(separator: "/").last.map(String.init) ?? path
    guard let chain = FolderChain(path) else {
      (name, folder, manifest) = (given, path, nil)
      refusal = "the folder '\(path)' does not exist"
      return
    }
    name = chain.path.split(separator: "/").last.map(String.init) ?? given
    folder = chain.path
    let problems = chain.problems()
    guard problems.isEmpty else {
      manifest = nil
      refusal = problems.joined(separator: "; ")
      return
    }
    switch Self.read(folder: chain.path, name: name) {
    case .success(let manifest):
      self.manifest = manifest
      refusal = nil
    case .failure(let refusal):
      manifest = nil
      self.refusal = refusal.message
    }
  }

  /// A plugin that is refused without a look into its folder.
  init(name: String, folder: String, refusal: String) {
    self.name = name
    self.folder = folder
    self.refusal = refusal
    manifest = nil
  }

  /// Opens and checks the program; what speaks against it is thrown.
  ///
  /// - Parameter pin: the SHA-256 that a tenant file demands.
  package func program(pin: String? = nil) throws(PluginError) -> CheckedProgram {
    if let refusal { throw PluginError(.refused, plugin: name, refusal) }
    guard let manifest else { throw PluginError(.refused, plugin: name, "it has no manifest") }
    return try CheckedProgram(manifest, folder: folder, pin: pin)
  }

  private static func read(folder: String, name: String) -> Result<PluginManifest, PluginError> {
    let path = "\(folder)/manifest.yaml"
    do throws(FileRefusal) {
      let trusted = try TrustedFolder(path: folder, kind: .manifest, runningUser: getuid())
      guard let file = try trusted.file(named: "manifest.yaml", shownAs: path) else {
        return .failure(
          PluginError(.refused, plugin: name, "there is no '\(path)'; every plugin has one"))
      }
      let document = YAMLDocument(file.bytes, shownAs: path, kind: .manifest)
      if let manifest = document.value(by: .manifest(in: name), folder: folder) {
        return .success(manifest)
      }
      return .failure(
        PluginError(.refused, plugin: name, document.problems.sorted.words))
    } catch {
      return .failure(PluginError(.refused, plugin: name, error.problems.words))
    }
  }
}

extension [FileProblem] {
  fileprivate var words: String { map(\.description).joined(separator: "\n") }
}
