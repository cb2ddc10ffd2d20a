package import Glibc
internal import PluginContract

/// What the kernel says of an open file or folder, or of a path.
package struct FileStatus {
  package let mode: mode_t
  package let owner: UInt32

  init(_ status: stat) {
    mode = status.st_mode
    owner = status.st_uid
  }

  package var isRegularFile: Bool { mode & S_IFMT == S_IFREG }
  /// The permission bits in the form of `chmod`, such as `0644`.
  package var modeInWords: String {
    let digits = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// A call to the system that failed.
package struct SystemFailure: Error {
  package let number: CInt

  package init(number: CInt) { self.number = number }

  package static var last: SystemFailure { SystemFailure(number: errno) }

  /// The system's own words, such as `permission denied`, with what helps if a limit was met.
  package var inWords: String { SystemWords(number).text }
}

/// An open file or folder; closed when it goes out of use.
package struct FileDescriptor: ~Copyable {
  /// The descriptor; to be used while this lives.
  package let number: CInt
  /// What `fstat(2)` said when it was opened: of the file itself, whatever its path names by now.
  package let status: FileStatus

  /// `O_PATH` of open(2), which Swift's Glibc module lacks.
  private static let asPlace: CInt = 0o10_000_000

  /// Opens a folder as a place, following symbolic links: one that may only be passed through, such
  /// as a home's parent of mode 0711, need not be readable.
  package init(folder path: String) throws(SystemFailure) {
    try self.init(unsafe open(path, Self.asPlace | O_DIRECTORY | O_CLOEXEC))
  }

  /// Opens a file in a folder; a symbolic link is an error (`ELOOP`). A pipe does not block.
  package init(file name: String, in folder: borrowing FileDescriptor) throws(SystemFailure) {
    try self.init(
      unsafe openat(
        folder.number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC))
  }

  /// Opens a file wherever it lies, following symbolic links. A pipe does not block.
  package init(file path: String) throws(SystemFailure) {
    try self.init(unsafe open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC))
  }

  private init(_ number: CInt) throws(SystemFailure) {
    guard number >= 0 else { throw .last }
    var found = stat()
    guard unsafe fstat(number, &found) == 0 else {
      let failure = SystemFailure.last
      close(number)
      throw failure
    }
    self.number = number
    status = FileStatus(found)
  }

  deinit {
    close(number)
  }

  /// Where a symbolic link in this folder points, as it is written; nil if it is no link.
  package func target(ofLink name: String) throws(SystemFailure) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlinkat(number, name, &buffer, buffer.count)
    if count < 0, errno == EINVAL { return nil }
    guard count >= 0 else { throw .last }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The file's bytes up to `limit`.
  package func bytes(limit: Int) throws(SystemFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      let wanted = min(chunk.count, limit - bytes.count)
      let count = unsafe read(number, &chunk, wanted)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .last }
      if count == 0 { break }
      bytes.append(contentsOf: chunk.prefix(count))
    }
    return bytes
  }
}
