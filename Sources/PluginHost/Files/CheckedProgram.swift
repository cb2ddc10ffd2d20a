internal import Crypto
import Glibc
internal import OperatingSystem
internal import PluginContract
internal import TenantCore
internal import YAMLFiles

/// A plugin's program: open, found safe, and of the right hash. The same descriptor is executed, so
/// that nothing can take its place in between.
package final class CheckedProgram: Sendable {
  /// What the plugin says of itself, the program's name and arguments among it.
  let manifest: PluginManifest
  /// The plugin's folder, without symbolic links.
  let folder: String
  /// True if it begins with `#!`.
  let isScript: Bool
  /// Its SHA-256, in lower case hexadecimal digits.
  package let sha256: String
  private let file: OpenFile

  /// The plugin's name.
  var plugin: String { manifest.name }

  /// The open program.
  var descriptor: CInt { file.descriptor.number }

  /// Opens and checks a plugin's program.
  ///
  /// - Parameter pin: the SHA-256 that a tenant file demands.
  init(
    _ manifest: PluginManifest, folder: String, pin: String?, runningUser: UInt32 = getuid()
  ) throws(PluginError) {
    self.manifest = manifest
    self.folder = folder
    func refusal(_ message: String, remedy: Remedy? = nil) -> PluginError {
      PluginError(.refused, plugin: manifest.name, message, remedy: remedy)
    }
    let path = "\(folder)/\(manifest.program)"
    do {
      file = try OpenFile(manifest.program, in: folder)
      let problems = file.problems(path: path, runningUser: runningUser)
      guard problems.isEmpty else { throw refusal(problems.joined(separator: "; ")) }
      let content = try file.content()
      (sha256, isScript) = (content.sha256, content.isScript)
    } catch let error as PluginError {
      throw error
    } catch let error as SystemFailure where error.number == ELOOP {
      throw refusal("its program '\(path)' is a symbolic link; put the file itself there")
    } catch {
      let words = (error as? SystemFailure)?.inWords ?? "\(error)"
      throw refusal("its program '\(path)' cannot be read: \(words)")
    }
    let problems = Self.problems(ofReads: manifest.reads)
    guard problems.isEmpty else { throw refusal(problems.joined(separator: "; ")) }
    guard sha256 == manifest.sha256 else {
      throw refusal(
        "its program '\(path)' is not the one of its manifest: SHA-256 is \(sha256), the manifest "
          + "says \(manifest.sha256); find out who changed it",
        remedy: .sealPlugin(folder: folder))
    }
    guard pin == nil || pin == sha256 else {
      throw refusal(
        "the tenant file trusts SHA-256 \(pin ?? "") only (plugins: \(manifest.name): sha256:), and "
          + "the program's is \(sha256); find out what changed before you change the tenant file")
    }
  }

  /// Folders that hold what is nobody's but their owner's.
  private static let secretFolders: Set<String> = [
    "/", "/boot", "/dev", "/etc", "/home", "/proc", "/root", "/run", "/srv", "/sys", "/tmp", "/var",
    "/var/lib",
  ]

  /// What a program reads beside itself may run too: a library, an interpreter.
  private static func problems(ofReads paths: [String]) -> [String] {
    paths.flatMap { path -> [String] in
      guard let folder = FolderChain(path) else {
        return ["its manifest's 'reads' names '\(path)', which does not exist"]
      }
      if secretFolders.contains(folder.path) {
        return [
          "its manifest's 'reads' names '\(path)'; name only the folder that the program needs"
        ]
      }
      return folder.problems()
    }
  }

  /// The SHA-256 of a file in a plugin's folder, in lower case hexadecimal digits.
  static func hash(of name: String, in folder: String, plugin: String) throws -> String {
    do {
      return try OpenFile(name, in: folder).content().sha256
    } catch {
      throw PluginError(
        .refused, plugin: plugin, "its program '\(folder)/\(name)' cannot be read: \(error.inWords)"
      )
    }
  }

  /// Says whether the file still is what was hashed.
  func checkUnchanged() throws(PluginError) {
    guard file.isUnchanged else {
      throw PluginError(
        .refused, plugin: plugin, "its program was changed after it was checked; run again")
    }
  }
}

/// A file that is open for its whole life, with what it was when it was opened.
private struct OpenFile: ~Copyable, Sendable {
  let descriptor: FileDescriptor
  private let status: FileStatus

  init(_ name: String, in folder: String) throws(SystemFailure) {
    let folder = try FileDescriptor(folder: folder)
    let opened = try FileDescriptor(file: name, in: folder)
    status = try opened.status()
    descriptor = opened
  }

  var isUnchanged: Bool {
    guard let now = try? descriptor.status() else { return false }
    return now.size == status.size && now.changes == status.changes
  }

  func problems(path: String, runningUser: UInt32) -> [String] {
    guard status.isRegularFile else { return ["its program '\(path)' is not a file"] }
    let problems = FileSafety.problems(
      of: status, named: path, kind: "program", runningUser: runningUser)
    if problems.isEmpty, status.mode & (S_IXUSR | S_IXGRP | S_IXOTH) == 0 {
      return ["its program may not be executed; run: chmod +x \(FileSafety.shellWord(path))"]
    }
    return problems
  }

  func content() throws(SystemFailure) -> (sha256: String, isScript: Bool) {
    var hash = SHA256()
    var isScript = false
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    var offset = 0
    while true {
      let count = unsafe pread(descriptor.number, &chunk, chunk.count, offset)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemFailure.last }
      if count == 0 { break }
      if offset == 0 { isScript = chunk.prefix(min(count, 2)).elementsEqual("#!".utf8) }
      hash.update(data: chunk.prefix(count))
      offset += count
    }
    return (Hex.text(hash.finalize()), isScript)
  }
}
