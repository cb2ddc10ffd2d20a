internal import PluginContract

/// What a change of links did or, in a dry run, would do.
package struct DoneAnswer: Encodable, Sendable {
  let dryRun: Bool
  /// A sentence a pair, and what there is to know of it.
  let done: [String]
  /// What changes, pair by pair; empty where nothing is linked.
  let links: [LinkedPairAnswer]
  /// What is true of all that were unlinked; left out if it was said of the only one.
  let common: String?
  /// Pairs.
  let linked: Int
  let unlinked: Int
  let relinked: Int
  /// Lines of a spreadsheet that asked for nothing.
  let blank: Int
  /// The request that was undone; left out if none was.
  let request: Int64?

  /// Tells what was done.
  package init(dryRun: Bool, _ changes: LinkChanges) {
    self.dryRun = dryRun
    done = changes.sentences
    common = changes.common
    linked = changes.counts[.link] ?? 0
    unlinked = changes.counts[.unlink] ?? 0
    relinked = changes.counts[.relink] ?? 0
    blank = changes.blank
    request = changes.request
    links = changes.pairs.map(LinkedPairAnswer.init)
  }
}

/// What was decided in a round of review or, in a dry run, would be: a sentence a row.
package struct DecidedAnswer: Encodable, Sendable {
  let dryRun: Bool
  let done: [String]

  /// Tells of decisions.
  package init(dryRun: Bool, done: [String]) {
    self.dryRun = dryRun
    self.done = done
  }
}

/// A pair that was linked by hand or, in a dry run, would be.
package struct LinkedPairAnswer: Encodable, Sendable {
  /// A field's old and new value; nil is blank.
  struct Field: Encodable, Sendable {
    let field: String
    @OrNull var old: String?
    @OrNull var new: String?
    /// The user's effective value before and after.
    @OrNull var shownOld: String?
    @OrNull var shownNew: String?
  }

  let account: String
  /// The people's first and last names; nil if they have none.
  @OrNull var accountPerson: String?
  let userName: String
  @OrNull var userPerson: String?
  let fields: [Field]
  @OrNull var lockedLogin: String?
  @OrNull var replaced: String?
  let conflicts: [String]

  init(_ pair: LinkedPair) {
    account = pair.account
    accountPerson = pair.accountPerson
    userName = pair.userName
    userPerson = pair.userPerson
    fields = pair.changes.map {
      Field(
        field: $0.field.rawValue, old: $0.old, new: $0.new, shownOld: $0.shownOld,
        shownNew: $0.shownNew)
    }
    lockedLogin = pair.lockedLogin
    replaced = pair.replaced
    conflicts = pair.conflicts
  }
}

/// Why something was not done.
package struct ErrorAnswer: Encodable, Sendable {
  /// The exit code, its name, and what is wrong.
  struct Reason: Encodable, Sendable {
    let code: Int32
    let kind: String
    let message: String
  }

  /// The one of several tenants that it is about; left out if only one was asked for.
  let tenant: String?
  let error: Reason

  /// Tells of an error.
  package init(code: Int32, kind: String, message: String, tenant: String? = nil) {
    self.tenant = tenant
    error = Reason(code: code, kind: kind, message: message)
  }
}
