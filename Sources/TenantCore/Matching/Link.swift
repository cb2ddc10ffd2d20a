/// A stored pair of a directory user and a tenant user; one-to-one within a tenant.
public struct Link: Sendable, Equatable {
  /// The directory user.
  public var guid: ObjectGUID
  /// The tenant user's id in the store.
  public var userID: Int64
  /// The run that made the link; 0 if it was made by hand.
  public var run: Int64
  /// The directory user's domain when it was last seen, so that a re-created account is noticed
  /// (M15).
  public var domain: String
  /// The directory user's login when it was last seen.
  public var login: String
  /// The tenant user's name.
  public var userName: String

  /// Makes a link.
  public init(
    guid: ObjectGUID, userID: Int64, run: Int64, domain: String, login: String, userName: String
  ) {
    self.guid = guid
    self.userID = userID
    self.run = run
    self.domain = domain
    self.login = login
    self.userName = userName
  }
}
