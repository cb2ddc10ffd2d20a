import Foundation
import Glibc

/// A folder of tenant files that is open and safe (A4); files are opened through it, so that it
/// cannot be swapped for another between the check and the use.
struct TrustedFolder: ~Copyable {
  /// A safe file's bytes, one more than allowed at the most, and its owner.
  struct File {
    let bytes: [UInt8]
    let owner: UInt32
  }

  let absolutePath: String
  private let descriptor: FileDescriptor
  private let runningUser: UInt32

  /// Opens and checks a folder.
  ///
  /// - Parameter path: the folder, as the user named it.
  init(path: String, runningUser: UInt32) throws(TenantConfigError) {
    self.runningUser = runningUser
    absolutePath = Self.absolute(path)
    descriptor = try Self.folder(at: path, runningUser: runningUser)
  }

  /// A file's contents, once it is found safe; nil if there is none of that name.
  ///
  /// - Parameters:
  ///   - name: a name without a slash.
  ///   - path: the file, as the user knows it.
  func file(named name: String, shownAs path: String) throws(TenantConfigError) -> File? {
    guard let file = try open(name, shownAs: path) else { return nil }
    let status = file.status
    guard status.isRegularFile else {
      throw TenantConfigError(.unreadable, path: path, "not a file; remove it or rename it")
    }
    try Self.check(status, path: path, kind: "tenant file", runningUser: runningUser)
    do throws(SystemFailure) {
      return File(
        bytes: try file.bytes(limit: YAMLText.maximumByteCount + 1), owner: status.owner)
    } catch {
      throw TenantConfigError(
        .unreadable, path: path, "the tenant file cannot be read: \(error.inWords)")
    }
  }

  /// Opens a file of this folder; nil if there is none.
  private func open(
    _ name: String, shownAs path: String
  ) throws(TenantConfigError) -> FileDescriptor? {
    do throws(SystemFailure) {
      let target = try nameBesideLink(name)
      return try FileDescriptor(file: target, in: descriptor)
    } catch {
      if error.number == ENOENT { return nil }
      if error.number == ELOOP { throw .leavesFolder(path) }
      throw TenantConfigError(
        .unreadable, path: path, "the tenant file cannot be opened: \(error.inWords)")
    }
  }

  /// The name itself, or where it is a symbolic link to a file beside it, that file's name.
  /// Any other link stays as it is, and opening it fails.
  private func nameBesideLink(_ name: String) throws(SystemFailure) -> String {
    guard let target = try descriptor.target(ofLink: name), !target.contains("/") else {
      return name
    }
    return target
  }

  private static func folder(
    at path: String, runningUser: UInt32
  ) throws(TenantConfigError) -> FileDescriptor {
    let folder = try open(path)
    try check(
      folder.status, path: path, kind: "folder of tenant files", runningUser: runningUser)
    return folder
  }

  private static func open(_ path: String) throws(TenantConfigError) -> FileDescriptor {
    do throws(SystemFailure) {
      return try FileDescriptor(folder: path)
    } catch {
      throw TenantConfigError(
        .unreadable, path: path,
        "the folder of tenant files cannot be opened: \(error.inWords); name another one")
    }
  }

  private static func check(
    _ status: FileStatus, path: String, kind: String, runningUser: UInt32
  ) throws(TenantConfigError) {
    let problems = FileSafety.problems(
      of: status, named: path, kind: kind, runningUser: runningUser)
    guard problems.isEmpty else {
      throw TenantConfigError(
        .unsafe, problems.map { .init(path: path, position: nil, message: $0) })
    }
  }

  private static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    let current = FileManager.default.currentDirectoryPath
    return path == "." ? current : current + "/" + path
  }
}

extension TenantConfigError {
  fileprivate static func leavesFolder(_ path: String) -> TenantConfigError {
    TenantConfigError(
      .unsafe, path: path,
      "the tenant file is a symbolic link that leads out of its folder; "
        + "put the file itself into the folder")
  }
}
