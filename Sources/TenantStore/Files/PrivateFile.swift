internal import Glibc
internal import OperatingSystem
internal import PluginContract

/// Files and folders that only their owner may read: 0600 and 0700.
enum PrivateFile {
  /// Makes a folder, or checks that others may not write the one that is there.
  static func makeFolder(_ path: String) throws {
    try makeParents(of: path)
    if unsafe mkdir(path, 0o700) == 0 {
      try syncFolder(of: path)
    } else if errno != EEXIST {
      let words = SystemWords.last.text(orElse: "make it by hand or name another state folder")
      throw StoreError(.store, "folder '\(path)' cannot be made: \(words)")
    }
    _ = try checkFolder(path)
  }

  /// Checks a folder without changing anything (A4).
  ///
  /// - Returns: false if there is none.
  static func checkFolder(_ path: String) throws -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw unreadable(path) }
      return false
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw StoreError(.store, "'\(path)' is not a folder; name another state folder")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw StoreError(
        .store, "folder '\(path)' may be written by others; 'chmod go-w \(path)' fixes it")
    }
    return true
  }

  /// True if there is something at a path.
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Makes an empty file of mode 0600 unless there is one.
  static func create(_ path: String) throws {
    guard !exists(path) else { return }
    let descriptor = try open(path, flags: O_RDWR | O_CREAT)
    close(descriptor)
    try syncFolder(of: path)
  }

  /// Puts what was written to a file on the disk.
  static func sync(_ descriptor: CInt, path: String) throws {
    guard fsync(descriptor) == 0 else { throw unwritable(path) }
  }

  /// Puts a file's or folder's name on the disk: without this a new one, though its bytes are there,
  /// may have no name after a loss of power.
  static func syncFolder(of path: String) throws {
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let folder = unsafe Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw unreadable(parent) }
    defer { close(folder) }
    // Some file systems have nothing to do here and say so.
    guard fsync(folder) == 0 || errno == EINVAL else { throw unwritable(parent) }
  }

  /// Opens a file, closed on exec, without following a link planted in its place.
  static func open(_ path: String, flags: CInt) throws -> CInt {
    let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw unreadable(path) }
    return descriptor
  }

  /// Writes all bytes to a descriptor.
  static func write(_ bytes: [UInt8], to descriptor: CInt, path: String) throws {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { memory in
        unsafe Glibc.write(
          descriptor, memory.baseAddress.map { unsafe $0 + written }, bytes.count - written)
      }
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw unwritable(path)
      }
      written += count
    }
  }

  /// Reads a whole file of at most `limit` bytes; nil if it is longer.
  static func read(_ descriptor: CInt, path: String, limit: Int) throws -> [UInt8]? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw unreadable(path) }
    guard Int(status.st_size) <= limit else { return nil }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: max(65536, Int(status.st_size)))
    while bytes.count <= limit {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path) }
      if count == 0 { return bytes }
      if bytes.isEmpty && count < chunk.count {
        chunk.removeSubrange(count...)
        swap(&bytes, &chunk)
        chunk = [UInt8](repeating: 0, count: 65536)
      } else {
        bytes += chunk[..<count]
      }
    }
    return nil
  }

  /// The words for what went wrong last, with what helps if a limit was met.
  static func reason() -> String { SystemWords.last.text }

  private static func makeParents(of path: String) throws {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let parent = String(path[..<slash])
    if !parent.isEmpty, !exists(parent) {
      try makeParents(of: parent)
      if unsafe mkdir(parent, 0o700) == 0 { try syncFolder(of: parent) }
    }
  }

  /// The error of a file that could not be opened or read; to be made at once, from `errno`.
  static func unreadable(_ path: String) -> StoreError {
    let words = SystemWords.last.text(orElse: "it and its folder must belong to the running user")
    return StoreError(.store, "'\(path)' cannot be opened: \(words)")
  }

  private static func unwritable(_ path: String) -> StoreError {
    let words = SystemWords.last.text(orElse: "check its disk")
    return StoreError(.store, "'\(path)' cannot be written: \(words)")
  }
}
