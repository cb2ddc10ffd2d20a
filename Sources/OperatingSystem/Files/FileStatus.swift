package import Glibc

/// What the kernel says of an open file or folder, or of a path.
package struct FileStatus: Sendable {
  /// Kind and permissions, as `st_mode` has them.
  package let mode: mode_t
  /// The number of the user to whom it belongs.
  package let owner: UInt32
  /// The length in bytes.
  package let size: Int
  /// Which file of all it is, by its device's number and its own there.
  package let identity: [UInt64]
  /// When content or attributes were changed last: seconds and nanoseconds of both.
  package let changes: [Int]

  init(_ status: stat) {
    mode = status.st_mode
    owner = status.st_uid
    size = Int(status.st_size)
    identity = [UInt64(status.st_dev), UInt64(status.st_ino)]
    changes = [
      status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ]
  }

  /// What a path names, symbolic links followed.
  package init(of path: String) throws(SystemFailure) {
    var found = stat()
    guard unsafe stat(path, &found) == 0 else { throw .last }
    self.init(found)
  }

  /// True for an ordinary file.
  package var isRegularFile: Bool { mode & S_IFMT == S_IFREG }

  /// True for a folder.
  package var isFolder: Bool { mode & S_IFMT == S_IFDIR }

  /// The permission bits in the form of `chmod`, such as `0644`.
  package var modeInWords: String {
    let digits = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
