import Foundation
import Glibc
internal import OperatingSystem
internal import YAMLFiles

/// The one folder that a plugin may write: made for one process, removed with all that is in it.
///
/// It is locked while it is in use, so that what a killed program left can be told and removed.
struct WorkingFolder: ~Copyable {
  private static let prefix = "tenantctl-plugin-"
  /// A folder is locked right after it is made; a younger one is left alone.
  private static let leftAlone = 60

  let path: String
  let descriptor: FileDescriptor

  init() throws {
    let base = FileManager.default.temporaryDirectory.path
    Self.removeLeftovers(in: base)
    var template = Array("\(base)/\(Self.prefix)XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemFailure.last }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let opened = try Self.open(made)
    _ = flock(opened.number, LOCK_EX | LOCK_NB)
    path = made
    descriptor = opened
  }

  deinit {
    FolderRemoval.empty(descriptor)
    unsafe rmdir(path)
  }

  private static func open(_ path: String) throws(SystemFailure) -> FileDescriptor {
    try FileDescriptor(
      checking: unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
  }

  /// Removes this user's folders that nobody holds: of programs that were killed.
  private static func removeLeftovers(in base: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    for name in names where name.hasPrefix(prefix) {
      guard let folder = try? open("\(base)/\(name)") else { continue }
      var status = stat()
      guard unsafe fstat(folder.number, &status) == 0, status.st_uid == getuid(),
        time(nil) - status.st_mtim.tv_sec > leftAlone,
        flock(folder.number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      FolderRemoval.empty(folder)
      unsafe rmdir("\(base)/\(name)")
    }
  }
}
