internal import Glibc

/// A folder that is open and safe (A4); files are opened through it, so that it
/// cannot be swapped for another between the check and the use.
package struct TrustedFolder: ~Copyable {
  /// A safe file's bytes, one more than allowed at the most, and its owner.
  package struct File {
    /// The content.
    package let bytes: [UInt8]
    /// The number of the user to whom it belongs.
    package let owner: UInt32
  }

  /// The most bytes that a file may have: 1 MiB.
  package static let maximumBytes = 1 << 20

  /// The folder's path from the root.
  package let absolutePath: String
  private let descriptor: FileDescriptor
  private let kind: FileKind
  private let runningUser: UInt32

  /// Opens and checks a folder.
  ///
  /// - Parameters:
  ///   - path: the folder, as the user named it.
  ///   - kind: what its files are called in messages.
  ///   - runningUser: the only one beside root to whom folder and files may belong.
  package init(path: String, kind: FileKind, runningUser: UInt32) throws(FileRefusal) {
    self.kind = kind
    self.runningUser = runningUser
    absolutePath = Self.absolute(path)
    descriptor = try Self.folder(at: path, kind: kind, runningUser: runningUser)
  }

  /// A file's contents, once it is found safe; nil if there is none of that name.
  ///
  /// - Parameters:
  ///   - name: a name without a slash.
  ///   - path: the file, as the user knows it.
  package func file(named name: String, shownAs path: String) throws(FileRefusal) -> File? {
    guard let file = try open(name, shownAs: path) else { return nil }
    let status = try Self.status(of: file, path: path, kind: kind.name)
    guard status.isRegularFile else {
      throw FileRefusal(.unreadable, path: path, "not a file; remove it or rename it")
    }
    try Self.check(status, path: path, kind: kind.name, runningUser: runningUser)
    do throws(SystemFailure) {
      return File(bytes: try file.bytes(limit: Self.maximumBytes + 1), owner: status.owner)
    } catch {
      throw FileRefusal(
        .unreadable, path: path, "the \(kind.name) cannot be read: \(error.inWords)")
    }
  }

  /// Opens a file of this folder; nil if there is none.
  private func open(
    _ name: String, shownAs path: String
  ) throws(FileRefusal) -> FileDescriptor? {
    do throws(SystemFailure) {
      let target = try nameBesideLink(name)
      return try FileDescriptor(file: target, in: descriptor)
    } catch {
      if error.number == ENOENT { return nil }
      if error.number == ELOOP { throw leavesFolder(path) }
      throw FileRefusal(
        .unreadable, path: path, "the \(kind.name) cannot be opened: \(error.inWords)")
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

  private func leavesFolder(_ path: String) -> FileRefusal {
    FileRefusal(
      .unsafe, path: path,
      "the \(kind.name) is a symbolic link that leads out of its folder; "
        + "put the file itself into the folder")
  }

  private static func folder(
    at path: String, kind: FileKind, runningUser: UInt32
  ) throws(FileRefusal) -> FileDescriptor {
    let folder = try open(path, kind: kind)
    try check(
      status(of: folder, path: path, kind: kind.folderName), path: path, kind: kind.folderName,
      runningUser: runningUser)
    return folder
  }

  private static func open(
    _ path: String, kind: FileKind
  ) throws(FileRefusal) -> FileDescriptor {
    do throws(SystemFailure) {
      return try FileDescriptor(folder: path)
    } catch {
      throw FileRefusal(
        .unreadable, path: path,
        "the \(kind.folderName) cannot be opened: "
          + SystemWords(error.number).text(orElse: "name another one"))
    }
  }

  private static func status(
    of file: borrowing FileDescriptor, path: String, kind: String
  ) throws(FileRefusal) -> FileStatus {
    do throws(SystemFailure) {
      return try file.status()
    } catch {
      throw FileRefusal(
        .unreadable, path: path, "the \(kind) cannot be looked at: \(error.inWords)")
    }
  }

  private static func check(
    _ status: FileStatus, path: String, kind: String, runningUser: UInt32
  ) throws(FileRefusal) {
    let problems = FileSafety.problems(
      of: status, named: path, kind: kind, runningUser: runningUser)
    guard problems.isEmpty else {
      throw FileRefusal(.unsafe, path: path, messages: problems)
    }
  }

  private static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let current = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(current) }
    let folder = unsafe String(cString: current)
    return path == "." ? folder : folder + "/" + path
  }
}
