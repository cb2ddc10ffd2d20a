internal import Glibc
internal import OperatingSystem

/// Files and folders that only their owner may read: 0600 and 0700.
enum PrivateFile {
  /// Makes a folder, or checks that others may not write the one that is there.
  static func makeFolder(_ path: String) throws {
    try makeParents(of: path)
    if unsafe mkdir(path, 0o700) == 0 {
      try syncFolder(of: path)
    } else if errno != EEXIST {
      let words = SystemWords.last.text(orElse: "create it by hand, or name another state folder")
      throw StoreError(.store, "folder '\(path)' cannot be created: \(words)")
    }
    _ = try checkFolder(path)
  }

  /// Checks a folder without changing anything (A4).
  ///
  /// - Returns: false if there is none.
  static func checkFolder(_ path: String) throws -> Bool {
    let status: FileStatus
    do throws(SystemFailure) {
      status = try FileStatus(of: path)
    } catch {
      guard error.number == ENOENT else { throw unreadable(path, error) }
      return false
    }
    guard status.isFolder else {
      throw StoreError(.store, "'\(path)' is not a folder; name another state folder")
    }
    guard status.mode & 0o022 == 0 else {
      throw StoreError(
        .store, "folder '\(path)' may be written by others; run 'chmod go-w \(path)'")
    }
    return true
  }

  /// True if there is something at a path.
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Makes an empty file of mode 0600 unless there is one.
  static func create(_ path: String) throws {
    guard !exists(path) else { return }
    _ = try open(path, flags: O_RDWR | O_CREAT)
    try syncFolder(of: path)
  }

  /// Puts what was written to a file on the disk.
  static func sync(_ file: borrowing FileDescriptor, path: String) throws {
    do throws(SystemFailure) { try file.sync() } catch { throw unwritable(path, error) }
  }

  /// Puts a file's or folder's name on the disk: without this a new one, though its bytes are there,
  /// may have no name after a loss of power.
  static func syncFolder(of path: String) throws {
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let folder: FileDescriptor
    do throws(SystemFailure) {
      folder = try FileDescriptor(opening: parent, flags: O_RDONLY | O_DIRECTORY)
    } catch {
      throw unreadable(parent, error)
    }
    do throws(SystemFailure) {
      try folder.sync()
    } catch {
      // Some file systems have nothing to do here and say so.
      guard error.number == EINVAL else { throw unwritable(parent, error) }
    }
  }

  /// Opens a file without following a link planted in its place.
  static func open(_ path: String, flags: CInt) throws -> FileDescriptor {
    do throws(SystemFailure) {
      return try FileDescriptor(opening: path, flags: flags | O_NOFOLLOW)
    } catch {
      throw unreadable(path, error)
    }
  }

  /// Writes all bytes to a file.
  static func write(_ bytes: [UInt8], to file: borrowing FileDescriptor, path: String) throws {
    do throws(SystemFailure) { try file.write(bytes) } catch { throw unwritable(path, error) }
  }

  /// Reads a whole file of at most `limit` bytes; nil if it is longer.
  static func read(
    _ file: borrowing FileDescriptor, path: String, limit: Int
  ) throws -> [UInt8]? {
    do throws(SystemFailure) {
      guard try file.status().size <= limit else { return nil }
      let bytes = try file.bytes(limit: limit + 1)
      return bytes.count <= limit ? bytes : nil
    } catch {
      throw unreadable(path, error)
    }
  }

  private static func makeParents(of path: String) throws {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let parent = String(path[..<slash])
    if !parent.isEmpty, !exists(parent) {
      try makeParents(of: parent)
      if unsafe mkdir(parent, 0o700) == 0 { try syncFolder(of: parent) }
    }
  }

  /// The error of a file that could not be opened or read.
  static func unreadable(_ path: String, _ failure: SystemFailure) -> StoreError {
    let words = SystemWords(failure.number)
      .text(orElse: "it and its folder must belong to the running user")
    return StoreError(.store, "'\(path)' cannot be opened: \(words)")
  }

  private static func unwritable(_ path: String, _ failure: SystemFailure) -> StoreError {
    let words = SystemWords(failure.number).text(orElse: "check its disk")
    return StoreError(.store, "'\(path)' cannot be written: \(words)")
  }
}
