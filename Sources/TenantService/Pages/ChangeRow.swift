internal import PluginContract
internal import TenantCore

/// A change of the audit, as pages list it.
struct ChangeRow: Sendable {
  /// A field's value before and after; nil is blank.
  struct Field: Sendable {
    let field: String
    let old: String?
    let new: String?
  }

  let time: PageTime
  let kind: String
  let userName: String
  let userHref: String
  /// The directory user; nil if the change is about none.
  let account: String?
  let rowHref: String?
  let actor: String
  /// Nil if it was done by hand.
  let run: String?
  let runHref: String?
  let hasFields: Bool
  let fields: [Field]
  let comment: String?

  init(_ change: ChangeRecord, _ addresses: PageAddresses) {
    time = PageTime(change.at)
    kind = change.kind.rawValue
    userName = DisplayText.safe(change.userName)
    userHref = addresses.href(ofUser: change.userName)
    account = change.login.map { login in
      DisplayText.safe(change.domain.map { "\($0)\\\(login)" } ?? login)
    }
    rowHref = change.login == nil ? nil : change.guid.map { addresses.href(ofRow: .guid($0)) }
    actor = DisplayText.safe(change.actor)
    let number = change.run.flatMap { $0 > 0 ? $0 : nil }
    run = number.map { "\($0)" }
    runHref = number.map { addresses.href("history/runs/\($0)") }
    hasFields = !change.fields.isEmpty
    fields = change.fields.map {
      Field(field: $0.field.rawValue, old: PageWords.safe($0.old), new: PageWords.safe($0.new))
    }
    comment = PageWords.safe(change.comment)
  }
}

extension ChangeRow: PageRow {
  func value(named key: String) -> (any Sendable)? {
    switch key {
    case "time": time
    case "kind": kind
    case "userName": userName
    case "userHref": userHref
    case "account": account
    case "rowHref": rowHref
    case "actor": actor
    case "run": run
    case "runHref": runHref
    case "hasFields": hasFields
    case "fields": fields
    case "comment": comment
    default: nil
    }
  }
}
