internal import GRDB
internal import Glibc
internal import Synchronization
internal import TenantCore

/// The users of a users file as they were put together last, for as long as neither the file nor the
/// store has changed: a page, an export and a set of edits look them up many times.
final class FileUsers: Sendable {
  /// What the users were made of.
  private struct Origin: Equatable {
    var file: FileState
    /// SQLite's count of what others wrote, and that of this connection.
    var version: Int64
    var changes: Int
  }

  private struct Kept {
    var origin: Origin
    var users: TenantUsers
  }

  private let kept = Mutex<Kept?>(nil)

  /// The users of a file with what the store holds of them.
  func users(of path: String, _ database: Database) throws -> TenantUsers {
    guard let file = FileState(of: path) else {
      return try UsersLoader.overlaid(UsersFile.read(path), database)
    }
    let origin = Origin(
      file: file,
      version: try Int64.fetchOne(database, sql: "PRAGMA data_version") ?? 0,
      changes: database.totalChangesCount)
    if let kept = kept.withLock({ $0 }), kept.origin == origin { return kept.users }
    let users = try UsersLoader.overlaid(UsersFile.read(path), database)
    if FileState(of: path) == file {
      kept.withLock { $0 = Kept(origin: origin, users: users) }
    }
    return users
  }

  /// What tells one content of a file from another, without reading it.
  private struct FileState: Equatable {
    var device: UInt64
    var number: UInt64
    var size: Int64
    var seconds: Int64
    var nanoseconds: Int64

    init?(of path: String) {
      var status = stat()
      guard unsafe stat(path, &status) == 0 else { return nil }
      device = UInt64(status.st_dev)
      number = UInt64(status.st_ino)
      size = Int64(status.st_size)
      seconds = Int64(status.st_mtim.tv_sec)
      nanoseconds = Int64(status.st_mtim.tv_nsec)
    }
  }
}

extension TenantStore {
  /// The users of the tenant's users file within a transaction.
  func fileUsers(_ path: String, _ database: Database) throws -> TenantUsers {
    try keptUsers.users(of: path, database)
  }
}
