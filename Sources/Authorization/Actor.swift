import Glibc

/// Who acts: authenticated by the operating system, never claimed (A3).
public struct Actor: Sendable, Equatable {
  /// The real user id.
  public let userID: UInt32
  /// The account's name.
  public let userName: String
  /// Names of all groups, primary and supplementary.
  public let groups: Set<String>

  /// For tests within the module; the only actor of a program is ``current()``.
  init(userID: UInt32, userName: String, groups: Set<String>) {
    self.userID = userID
    self.userName = userName
    self.groups = groups
  }

  /// The real user of this process. A user without an entry in the user database is named by
  /// number.
  public static func current() -> Actor {
    let userID = getuid()
    let entry = unsafe getpwuid(userID)
    let userName = unsafe entry.map { unsafe String(cString: $0.pointee.pw_name) } ?? "#\(userID)"
    return Actor(userID: userID, userName: userName, groups: groupNames())
  }

  /// The groups of the process itself: what the kernel grants, not what a file says.
  private static func groupNames() -> Set<String> {
    let count = getgroups(0, nil)
    var ids = [gid_t](repeating: 0, count: max(0, Int(count)))
    let filled = unsafe getgroups(count, &ids)
    ids = Array(ids.prefix(max(0, Int(filled)))) + [getgid()]
    return Set(
      ids.compactMap { id in
        unsafe getgrgid(id).map { unsafe String(cString: $0.pointee.gr_name) }
      })
  }

  /// True if an assignment names this actor. Those of the page name no operating-system user.
  func `is`(_ assignee: AccessPolicy.Assignee, fileOwner: UInt32) -> Bool {
    switch assignee {
    case .fileOwner: userID == fileOwner
    case .osUser(let name): userName == name
    case .osGroup(let name): groups.contains(name)
    case .directoryGroup, .localUser: false
    }
  }
}
