/// A change of a tenant, as the audit remembers it (T5).
package struct ChangeRecord: Sendable, Equatable {
  /// What was done.
  package enum Kind: String, Sendable, CaseIterable {
    case linked, unlinked, relinked, updated, imported, edited
    /// A row of a link that stands is Not Matched since this run: its user is missing from the users file.
    case noLongerMatched = "no-longer-matched"
    /// A row of a link that stood all the time is Matched again.
    case matchedAgain = "matched-again"
  }

  /// What was done.
  package var kind: Kind
  /// The run that did it; nil if it was done by hand.
  package var run: Int64?
  /// When it was done.
  package var at: Timestamp
  /// Who did it.
  package var actor: String
  /// The tenant user that changed.
  package var userName: String
  /// The directory user, where one is concerned.
  package var guid: ObjectGUID?
  /// The directory user's domain.
  package var domain: String?
  /// The directory user's login.
  package var login: String?
  /// The fields that changed, with old and new value.
  package var fields: [FieldChange]
  /// Why, or what was replaced.
  package var comment: String?

  /// Makes a record.
  package init(
    kind: Kind, run: Int64? = nil, at: Timestamp, actor: String, userName: String,
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
