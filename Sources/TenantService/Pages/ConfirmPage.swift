internal import Administration
internal import PluginContract
internal import TenantCore

/// What the page before a change is filled with.
struct ConfirmPageValues: PageValues {
  static let template = "confirm"

  /// What the form carries on.
  struct Field: Sendable {
    let name: String
    let value: String
  }

  /// A pair that would be linked, with what changes in the user.
  struct Pair: Sendable {
    let account: String
    let accountPerson: String?
    let userName: String
    let userPerson: String?
    let hasChanges: Bool
    let changes: [Change]
    /// Sentences on what else happens, and what does not.
    let notes: [String]

    init(_ pair: LinkedPair) {
      account = DisplayText.safe(pair.account)
      accountPerson = PageWords.safe(pair.accountPerson)
      userName = DisplayText.safe(pair.userName)
      userPerson = PageWords.safe(pair.userPerson)
      hasChanges = !pair.changes.isEmpty
      changes = pair.changes.map(Change.init)
      notes =
        ((pair.replaced.map { ["it replaces the link to the deleted \($0)"] } ?? [])
        + (pair.lockedLogin.map { ["the Windows login '\($0)' is locked while linked"] } ?? [])
        + pair.conflicts).map { DisplayText.safe($0).asSentence }
    }
  }

  /// A user's effective value before and after; nil is blank.
  struct Change: Sendable {
    let field: String
    let old: String?
    let new: String?
    /// The change of the recording profile, if the user's effective value does not change with it.
    let recording: String?

    init(_ change: LinkedPair.Change) {
      field = PageWords.label(change.field)
      old = PageWords.safe(change.shownOld)
      new = PageWords.safe(change.shownNew)
      recording =
        change.shownOld != change.shownNew
        ? nil
        : DisplayText.safe(
          "recording profile: \(change.old ?? "blank") to \(change.new ?? "blank")")
    }
  }

  let frame: PageFrame
  let lead: String
  let hasSentences: Bool
  let sentences: [String]
  let hasPairs: Bool
  /// The pairs that would be linked.
  let pairs: [Pair]
  /// How many are not shown; nil if all are.
  let moreText: String?
  /// What is true of all that would be unlinked.
  let common: String?
  let warning: String?
  let action: String
  let hidden: [Field]
  let reason: String
  let isDanger: Bool
  let confirmLabel: String
  let backHref: String
}

/// A row and the user whom it is to be linked to, as one field of a form: what was looked at is what is
/// linked, though the nearest user may be another by then.
struct PairField: Sendable, Equatable {
  let row: RowKey
  let userName: String

  /// Takes a pair.
  init(row: RowKey, userName: String) {
    self.row = row
    self.userName = userName
  }

  /// Reads what ``text`` gives.
  init?(_ text: String) {
    // Byte by byte: a space and a mark at the beginning of a name are one character.
    guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")),
      let row = RowKey(String(text[..<space])),
      let userName = String(text.utf8[text.utf8.index(after: space)...]), !userName.isEmpty
    else { return nil }
    self.init(row: row, userName: userName)
  }

  /// The row's key, a space, the user's name.
  var text: String { "\(row) \(userName)" }
}
