/// A change of a tenant, as the audit remembers it (T5).
public struct ChangeRecord: Sendable, Equatable {
  /// What was done.
  public enum Kind: String, Sendable, CaseIterable {
    case linked, unlinked, relinked, updated, imported, edited
  }

  /// What was done.
  public var kind: Kind
  /// The run that did it; nil if it was done by hand.
  public var run: Int64?
  /// RFC 3339 in UTC.
  public var at: String
  /// Who did it.
  public var actor: String
  /// The tenant user that changed.
  public var userName: String
  /// The directory user, where one is concerned.
  public var guid: ObjectGUID?
  /// The directory user's domain.
  public var domain: String?
  /// The directory user's login.
  public var login: String?
  /// The fields that changed, with old and new value.
  public var fields: [FieldChange]
  /// Why, or what was replaced.
  public var comment: String?

  /// Makes a record.
  public init(
    kind: Kind, run: Int64? = nil, at: String, actor: String, userName: String,
    guid: ObjectGUID? = nil, domain: String? = nil, login: String? = nil,
    fields: [FieldChange] = [], comment: String? = nil
  ) {
    self.kind = kind
    self.run = run
    self.at = at
    self.actor = actor
    self.userName = userName
    self.guid = guid
    self.domain = domain
    self.login = login
    self.fields = fields
    self.comment = comment
  }
}
