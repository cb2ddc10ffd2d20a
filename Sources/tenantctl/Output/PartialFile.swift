internal import Foundation
internal import Glibc

/// A file that appears whole or not at all: written beside its place, 0600, and moved there.
final class PartialFile {
  private let path: String
  private let temporary: String
  private var descriptor: CInt

  /// Begins to write.
  init(_ path: String) throws {
    self.path = path
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let prefix = folder.isEmpty ? "" : folder == "/" ? "/" : folder + "/"
    temporary = "\(prefix).\(name).\(UUID().uuidString).partial"
    descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw OutputError(message: "'\(path)' cannot be written: \(Self.reason)")
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unsafe unlink(temporary)
  }

  func write(_ bytes: [UInt8]) throws {
    try StandardStreams.write(bytes, to: descriptor, name: "'\(path)'")
  }

  /// Puts the finished file into its place.
  func finish() throws {
    guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
      throw OutputError(message: "'\(path)' cannot be written: \(Self.reason)")
    }
    close(descriptor)
    descriptor = -1
  }

  private static var reason: String { unsafe String(cString: strerror(errno)) }
}
