/// A stored pair of a directory user and a tenant user; one-to-one within a tenant.
package struct Link: Sendable, Equatable {
  /// The directory user.
  package var guid: ObjectGUID
  /// The tenant user's id in the store.
  package var userID: Int64
  /// The run that made the link; 0 if it was made by hand.
  package var run: Int64
  /// The directory user's domain when it was last seen, so that a re-created account is noticed
  /// (M15).
  package var domain: String
  /// The directory user's login when it was last seen.
  package var login: String
  /// The tenant user's name.
  package var userName: String
  /// Where the directory user lay when it was last seen: the parent in its distinguished name; nil if
  /// that was not asked for or is not known.
  package var parent: [UInt8]?

  /// Makes a link.
  package init(
    guid: ObjectGUID, userID: Int64, run: Int64, domain: String, login: String, userName: String,
    parent: [UInt8]? = nil
  ) {
    self.guid = guid
    self.userID = userID
    self.run = run
    self.domain = domain
    self.login = login
    self.userName = userName
    self.parent = parent
  }
}

/// Where a linked directory user is that was not among those read (S5).
package enum Presence: Sendable, Equatable {
  /// Under the root DN, but outside the organizational units or the filter.
  case outOfScope
  case deleted
}
