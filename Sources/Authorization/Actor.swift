import Glibc

/// Who acts: authenticated, never claimed (A3).
package struct Actor: Sendable, Equatable {
  /// By whom the actor was authenticated, and what follows from it.
  package enum Identity: Sendable, Equatable {
    /// By the operating system: the real user id, and the names of all groups, primary and
    /// supplementary.
    case account(userID: UInt32, groups: Set<String>)
    /// By a directory of one tenant: the groups that the tenant file assigns roles to and that the
    /// person is in, as the file writes them.
    case directoryUser(tenant: String, groups: Set<String>)
    /// By the password of a local user of one tenant.
    case localUser(tenant: String, name: String)
    /// By the password or a token of an operator, who is of no tenant: each tenant's file says what the
    /// operator may do in it.
    case `operator`(name: String)
    /// By a token of one tenant, which carries roles of its own.
    case token(tenant: String, roles: [String])
  }

  /// The name that the audit remembers: `alice`, `ACME\jdoe`, `local:maria`, `operator:olga`,
  /// `token:nightly`.
  package let userName: String
  /// By whom the actor was authenticated.
  package let identity: Identity

  /// Made by this module only: by ``current()`` and by ``Authenticator``.
  init(userName: String, identity: Identity) {
    self.userName = userName
    self.identity = identity
  }

  /// The real user id; nil for who did not come through the operating system.
  package var userID: UInt32? {
    if case .account(let userID, _) = identity { userID } else { nil }
  }

  /// The real user of this process. A user without an entry in the user database is named by
  /// number.
  package static func current() -> Actor {
    let userID = getuid()
    let entry = unsafe getpwuid(userID)
    let userName = unsafe entry.map { unsafe String(cString: $0.pointee.pw_name) } ?? "#\(userID)"
    return Actor(
      userName: userName, identity: .account(userID: userID, groups: currentGroupNames()))
  }

  /// The groups of the process itself: what the kernel grants, not what a file says.
  private static func currentGroupNames() -> Set<String> {
    let count = getgroups(0, nil)
    var ids = [gid_t](repeating: 0, count: max(0, Int(count)))
    let filled = unsafe getgroups(count, &ids)
    ids = Array(ids.prefix(max(0, Int(filled)))) + [getgid()]
    return Set(
      ids.compactMap { id in
        unsafe getgrgid(id).map { unsafe String(cString: $0.pointee.gr_name) }
      })
  }

  /// True if an assignment in a tenant's file names this actor.
  func `is`(
    _ assignee: AccessPolicy.Assignee, of tenant: String, fileOwner: UInt32
  ) -> Bool {
    switch (assignee, identity) {
    case (.fileOwner, .account(let userID, _)): userID == fileOwner
    case (.osUser(let name), .account): userName == name
    case (.osGroup(let name), .account(_, let groups)): groups.contains(name)
    case (.directoryGroup(let group), .directoryUser(tenant, let groups)): groups.contains(group)
    case (.localUser(let name), .localUser(tenant, let own)): own == name
    case (.operator(let name), .operator(let own)): own == name
    default: false
    }
  }
}
