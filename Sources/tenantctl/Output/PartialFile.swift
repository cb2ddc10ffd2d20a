internal import Foundation
internal import Glibc
internal import OperatingSystem

/// A file that appears whole or not at all: written 0600 without a name, or under a hidden one where
/// the file system knows no nameless files, and moved into its place.
///
/// A nameless file (`O_TMPFILE`, see open(2)) is gone with its process, however that ends; one that
/// had its hidden name already is removed by the next that is written to the same place. A device or
/// a pipe is written as it is: there is nothing to replace.
final class PartialFile {
  private let path: String
  private let folder: String
  private let temporary: String
  private let isStream: Bool
  private var descriptor: CInt
  /// True while ``temporary`` stands in the folder.
  private var isNamed = false

  /// Begins to write.
  ///
  /// - Parameter asked: where the file is wanted; behind a link, the link's target is replaced.
  init(_ asked: String) throws {
    path = Self.target(of: asked)
    let parent = (path as NSString).deletingLastPathComponent
    folder = parent.isEmpty ? "." : parent
    let name = (path as NSString).lastPathComponent
    temporary = "\(folder)/.\(name).\(UUID().uuidString).partial"
    isStream = try Self.isStream(path)
    if !isStream { Self.removeLeftovers(of: name, in: folder) }
    descriptor = isStream ? unsafe open(path, O_WRONLY | O_CLOEXEC) : Self.nameless(in: folder)
    if descriptor < 0, !isStream {
      descriptor = unsafe open(
        temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      isNamed = descriptor >= 0
    }
    guard descriptor >= 0 else { throw Self.failure(path) }
    // Who lives holds it; see removeLeftovers.
    if !isStream { flock(descriptor, LOCK_EX | LOCK_NB) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if isNamed { unsafe unlink(temporary) }
  }

  /// Adds bytes.
  func write(_ bytes: [UInt8]) throws {
    try StandardStreams.write(bytes, to: descriptor, name: "'\(path)'")
  }

  /// Puts the finished file into its place, on the disk.
  func finish() throws {
    guard !isStream else { return }
    guard fsync(descriptor) == 0 else { throw Self.failure(path) }
    if !isNamed {
      let own = "/proc/self/fd/\(descriptor)"
      guard unsafe linkat(AT_FDCWD, own, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0 else {
        throw Self.failure(path)
      }
      isNamed = true
    }
    guard unsafe rename(temporary, path) == 0 else { throw Self.failure(path) }
    isNamed = false
    let parent = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { return }
    fsync(parent)
    close(parent)
  }

  /// A nameless file, or -1. Glibc's own `O_TMPFILE` is a macro that Swift does not see.
  private static func nameless(in folder: String) -> CInt {
    guard unsafe access("/proc/self/fd", X_OK) == 0 else { return -1 }
    return unsafe open(folder, O_WRONLY | O_CLOEXEC | O_DIRECTORY | 0o20_000_000, 0o600)
  }

  /// Removes what killed programs left under a hidden name: nobody holds its lock any more.
  private static func removeLeftovers(of name: String, in folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for left in names where left.hasPrefix(".\(name).") && left.hasSuffix(".partial") {
      let identifier = left.dropFirst(name.count + 2).dropLast(".partial".count)
      guard UUID(uuidString: String(identifier)) != nil else { continue }
      let file = unsafe open("\(folder)/\(left)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
      guard file >= 0 else { continue }
      if flock(file, LOCK_EX | LOCK_NB) == 0 { unsafe unlink("\(folder)/\(left)") }
      close(file)
    }
  }

  private static func target(of path: String) -> String {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let resolved = unsafe realpath(path, nil)
    else { return path }
    defer { unsafe free(resolved) }
    let target = unsafe String(cString: resolved)
    // A pipe behind /dev/stdout resolves to a name that is none.
    return unsafe access(target, F_OK) == 0 ? target : path
  }

  /// True for what cannot be replaced by a file.
  private static func isStream(_ path: String) throws -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else {
      throw OutputError(message: "'\(path)' is a folder; name a file, or use --output-dir")
    }
    return kind != S_IFREG
  }

  private static func failure(_ path: String) -> OutputError {
    let words = SystemWords.last.text(orElse: "check its folder and the disk")
    return OutputError(message: "'\(path)' cannot be written: \(words)")
  }
}
