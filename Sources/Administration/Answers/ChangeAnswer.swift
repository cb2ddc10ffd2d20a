internal import PluginContract
package import TenantCore

/// A change of the audit (T5).
package struct ChangeAnswer: Encodable, Sendable {
  /// A field's old and new value; nil is blank.
  struct Field: Encodable, Sendable {
    let field: String
    @OrNull var old: String?
    @OrNull var new: String?
  }

  let kind: String
  /// Nil if it was done by hand.
  @OrNull var run: Int64?
  let at: Timestamp
  let actor: String
  let userName: String
  @OrNull var objectGUID: String?
  @OrNull var domain: String?
  @OrNull var login: String?
  @OrNull var comment: String?
  let fields: [Field]

  /// Tells of a change.
  package init(_ change: ChangeRecord) {
    kind = change.kind.rawValue
    run = change.run
    at = change.at
    actor = change.actor
    userName = change.userName
    objectGUID = change.guid?.description
    domain = change.domain
    login = change.login
    comment = change.comment
    fields = change.fields.map { Field(field: $0.field.rawValue, old: $0.old, new: $0.new) }
  }
}

/// A change with its number, by which the next part of a list is asked for.
package struct NumberedChangeAnswer: Encodable, Sendable {
  private let number: Int64
  private let change: ChangeAnswer

  private enum CodingKeys: CodingKey { case number }

  /// Tells of a change.
  package init(_ change: NumberedChange) {
    number = change.number
    self.change = ChangeAnswer(change.change)
  }

  package func encode(to encoder: any Encoder) throws {
    try change.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(number, forKey: .number)
  }
}

/// A part of a tenant's changes, the latest first.
package struct ChangesAnswer: Encodable, Sendable {
  let tenant: String
  let changes: [NumberedChangeAnswer]
  /// Before which change the next part begins; nil at the end.
  @OrNull var next: Int64?

  /// Tells of changes.
  package init(tenant: String, changes: [NumberedChange], next: Int64?) {
    self.tenant = tenant
    self.changes = changes.map(NumberedChangeAnswer.init)
    self.next = next
  }
}
