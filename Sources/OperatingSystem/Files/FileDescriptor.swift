package import Glibc
internal import SystemPackage

/// An open file, folder, socket or pipe; closed when it goes out of use.
///
/// It owns what swift-system's type of the same name only names. A program that is started has none of these: all are
/// closed on exec.
package struct FileDescriptor: ~Copyable, Sendable {
  /// The descriptor; to be used while this lives.
  package let number: CInt

  /// `O_PATH` of open(2), which Swift's Glibc module lacks.
  private static let asPlace: CInt = 0o10_000_000

  /// Takes what another call has opened.
  package init(owning number: CInt) { self.number = number }

  /// Takes the answer of a call that gives a descriptor, or -1.
  package init(checking number: CInt) throws(SystemFailure) {
    guard number >= 0 else { throw .last }
    self.number = number
  }

  /// Opens a folder as a place, following symbolic links: one that may only be passed through, such
  /// as a home's parent of mode 0711, need not be readable.
  package init(folder path: String) throws(SystemFailure) {
    try self.init(opening: path, flags: Self.asPlace | O_DIRECTORY)
  }

  /// Opens a file in a folder; a symbolic link is an error (`ELOOP`). A pipe does not block.
  package init(file name: String, in folder: borrowing FileDescriptor) throws(SystemFailure) {
    try self.init(
      opening: name, in: folder, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
  }

  /// Opens a file wherever it lies, following symbolic links. A pipe does not block.
  package init(file path: String) throws(SystemFailure) {
    try self.init(opening: path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
  }

  /// Opens what somebody names on a command line, following symbolic links: a pipe is waited for, as `<(command)`
  /// of a shell is one.
  package init(given path: String) throws(SystemFailure) {
    try self.init(opening: path, flags: O_RDONLY | O_NOCTTY)
  }

  /// Opens anything.
  ///
  /// - Parameters:
  ///   - flags: of open(2); `O_CLOEXEC` is added.
  ///   - mode: of a file that is made.
  package init(
    opening path: String, flags: CInt, mode: mode_t = 0o600
  ) throws(SystemFailure) {
    try self.init(checking: unsafe open(path, flags | O_CLOEXEC, mode))
  }

  /// Opens anything in a folder.
  package init(
    opening name: String, in folder: borrowing FileDescriptor, flags: CInt, mode: mode_t = 0o600
  ) throws(SystemFailure) {
    try self.init(checking: unsafe openat(folder.number, name, flags | O_CLOEXEC, mode))
  }

  deinit { _ = try? system.close() }

  /// Gives the descriptor away: whoever takes it closes it.
  package consuming func release() -> CInt {
    let number = number
    discard self
    return number
  }

  private var system: SystemPackage.FileDescriptor {
    SystemPackage.FileDescriptor(rawValue: number)
  }

  // MARK: Facts

  /// What `fstat(2)` says: of the file itself, whatever its path names by now.
  package func status() throws(SystemFailure) -> FileStatus {
    var found = stat()
    guard unsafe fstat(number, &found) == 0 else { throw .last }
    return FileStatus(found)
  }

  /// Where a symbolic link in this folder points, as it is written; nil if it is no link.
  package func target(ofLink name: String) throws(SystemFailure) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlinkat(number, name, &buffer, buffer.count)
    if count < 0, errno == EINVAL { return nil }
    guard count >= 0 else { throw .last }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: Bytes

  /// The file's bytes up to `limit`.
  package func bytes(limit: Int) throws(SystemFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      let count = try read(into: &chunk, limit: limit - bytes.count)
      if count == 0 { break }
      bytes.append(contentsOf: chunk.prefix(count))
    }
    return bytes
  }

  /// Reads once.
  ///
  /// - Returns: how many bytes came; 0 at the end.
  /// - Throws: `EAGAIN` for a descriptor that does not block and has nothing yet.
  package func read(
    into buffer: inout [UInt8], limit: Int = .max
  ) throws(SystemFailure) -> Int {
    let system = system
    return try SystemFailure.catching {
      try unsafe buffer.withUnsafeMutableBytes {
        try unsafe system.read(into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(limit)))
      }
    }
  }

  /// So many bytes from a place on; fewer if the file ends before.
  package func bytes(_ count: Int, at start: Int) throws(SystemFailure) -> [UInt8] {
    let system = system
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = try SystemFailure.catching {
        try unsafe bytes.withUnsafeMutableBytes {
          try unsafe system.read(
            fromAbsoluteOffset: Int64(start + filled),
            into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
        }
      }
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(count - filled)
    return bytes
  }

  /// Appends so many bytes from a place on; fewer if the file ends before.
  ///
  /// - Returns: how many.
  package func append(
    _ count: Int, at start: Int, to bytes: inout [UInt8]
  ) throws(SystemFailure) -> Int {
    let system = system
    let first = bytes.count
    var filled = 0
    bytes.append(contentsOf: repeatElement(0, count: count))
    defer { bytes.removeLast(count - filled) }
    while filled < count {
      let got = try SystemFailure.catching {
        try unsafe bytes.withUnsafeMutableBytes {
          try unsafe system.read(
            fromAbsoluteOffset: Int64(start + filled),
            into: UnsafeMutableRawBufferPointer(rebasing: $0[(first + filled)...]))
        }
      }
      if got == 0 { break }
      filled += got
    }
    return filled
  }

  /// Writes all bytes.
  package func write(_ bytes: [UInt8]) throws(SystemFailure) {
    let system = system
    try SystemFailure.catching { _ = try system.writeAll(bytes) }
  }

  /// Writes what there is room for.
  ///
  /// - Returns: how many bytes were written.
  package func writeSome(_ bytes: ArraySlice<UInt8>) throws(SystemFailure) -> Int {
    let system = system
    return try SystemFailure.catching {
      try unsafe bytes.withUnsafeBytes { try unsafe system.write($0) }
    }
  }

  /// Puts what was written on the disk.
  package func sync() throws(SystemFailure) {
    guard fsync(number) == 0 else { throw .last }
  }

  // MARK: Locks and modes

  /// Takes the kernel's advisory lock of a file, see flock(2).
  ///
  /// - Returns: false if somebody else has it.
  package func lockIfFree() throws(SystemFailure) -> Bool {
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      guard errno == EINTR else { throw .last }
    }
    return true
  }

  /// Gives the lock back. Closing alone would leave it to a program that is just being started, which
  /// has the descriptor too until it is executed.
  package func unlock() { _ = flock(number, LOCK_UN) }

  /// Says whether reads and writes wait.
  package func setBlocking(_ isBlocking: Bool) throws(SystemFailure) {
    let flags = fcntl(number, F_GETFL)
    let wanted = isBlocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK
    guard flags >= 0, fcntl(number, F_SETFL, wanted) == 0 else { throw .last }
  }
}
