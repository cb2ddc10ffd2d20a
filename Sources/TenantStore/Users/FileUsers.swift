internal import Foundation
internal import OperatingSystem
internal import Synchronization
internal import TenantCore

/// The users of a users file as they were put together last, for as long as neither the file nor the
/// store has changed: a page, an export and a set of edits look them up many times.
final class FileUsers: Sendable {
  /// What the users were made of.
  private struct Origin: Equatable {
    var file: KeptUsersFiles.Stamp
    /// Another one after each write.
    var version: String
  }

  private struct Kept {
    var origin: Origin
    var users: TenantUsers
  }

  private let kept = Mutex<Kept?>(nil)

  /// The users of a file with what the store holds of them.
  func users(
    of path: String, _ database: StoreDatabase, now: Int = Int(Date().timeIntervalSince1970)
  ) throws -> TenantUsers {
    // Nil for a file that may change unseen.
    func stamp() -> KeptUsersFiles.Stamp? {
      KeptUsersFiles.Stamp(try? FileStatus(of: path), now: now)
    }
    guard let file = stamp() else {
      return try UsersLoader.overlaid(UsersFile.current(path), database)
    }
    let origin = Origin(file: file, version: try database.contentVersion())
    if let kept = kept.withLock({ $0 }), kept.origin == origin { return kept.users }
    let users = try UsersLoader.overlaid(UsersFile.current(path), database)
    if stamp() == file {
      kept.withLock { $0 = Kept(origin: origin, users: users) }
    }
    return users
  }
}

extension TenantStore {
  /// The users of the tenant's users file within a transaction.
  func fileUsers(_ path: String, _ database: StoreDatabase) throws -> TenantUsers {
    try keptUsers.users(of: path, database)
  }
}
