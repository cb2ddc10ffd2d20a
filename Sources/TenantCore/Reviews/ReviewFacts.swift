/// What a review compares of a subject from one time to the next (V1, V2).
package struct ReviewFacts: Sendable, Hashable {
  /// The state's name: of a row, where `found` counts as ``RowState/linked``, or of a vanished link; empty for an
  /// unclaimed user.
  package let state: String
  /// The linked tenant user, if any.
  package let userName: String?
  /// The code of the reason; empty for what has no row.
  package let reasonCode: String
  /// What the account is.
  package let flags: AccountFlags

  /// Takes what is stored.
  package init(state: String, userName: String?, reasonCode: String, flags: AccountFlags) {
    self.state = state
    self.userName = userName
    self.reasonCode = reasonCode
    self.flags = flags
  }

  /// The facts of a row.
  package init(_ state: RowState, userName: String?, reasonCode: String, flags: AccountFlags) {
    self.init(
      state: (state == .found ? RowState.linked : state).rawValue, userName: userName,
      reasonCode: reasonCode, flags: flags)
  }

  /// The facts of a row with all that was read of it.
  package init(_ entry: SnapshotEntry) {
    self.init(
      entry.state, userName: entry.userName, reasonCode: entry.reason.code, flags: entry.flags)
  }

  /// The facts of a vanished link.
  package init(_ vanished: VanishedLink) {
    self.init(
      state: vanished.state.rawValue, userName: vanished.link.userName, reasonCode: "", flags: [])
  }

  /// Those of an unclaimed user.
  package static let unclaimed = ReviewFacts(state: "", userName: nil, reasonCode: "", flags: [])

  /// The state of a row; nil for what has no row.
  package var rowState: RowState? { RowState(rawValue: state) }

  /// The mission page's word; nil for what has no row.
  package var status: Status? { rowState?.status }

  /// What differs from earlier facts of the same subject, in a fixed order.
  package func differences(from old: ReviewFacts) -> [ReviewDifference] {
    guard self != old else { return [] }
    var found: [ReviewDifference] = []
    func add(_ field: ReviewDifference.Field, _ before: String?, _ now: String?) {
      if before != now { found.append(ReviewDifference(field: field, old: before, new: now)) }
    }
    add(.status, old.status?.rawValue, status?.rawValue)
    if found.isEmpty, !isOnlyUnseen(beside: old) { add(.state, old.state, state) }
    add(.user, old.userName, userName)
    add(.reason, old.reasonCode, reasonCode)
    if status != nil, old.status != nil { add(.account, old.account, account) }
    return found
  }

  /// S5: while the latest run failed, it is not known what became of a vanished link, which is no change of it.
  private func isOnlyUnseen(beside old: ReviewFacts) -> Bool {
    let unseen = VanishedLinkState.sourceUnseen.rawValue
    guard state == unseen || old.state == unseen else { return false }
    return ![state, old.state].contains(VanishedLinkState.userMissing.rawValue)
  }

  private var account: String { flags.words.joined(separator: ", ") }
}

/// What changed of a subject.
package struct ReviewDifference: Sendable, Hashable {
  /// What is compared.
  package enum Field: String, Sendable, CaseIterable {
    case status, state, user, reason, account
  }

  /// What is compared.
  package let field: Field
  /// How it was; nil for none.
  package let old: String?
  /// How it is; nil for none.
  package let new: String?

  /// Makes a difference.
  package init(field: Field, old: String?, new: String?) {
    self.field = field
    self.old = old
    self.new = new
  }

  /// A few words.
  package var message: String {
    func shown(_ value: String?) -> String {
      guard let value, !value.isEmpty else { return "none" }
      return field == .user ? "'\(value)'" : value
    }
    return "\(field.rawValue) was \(shown(old)), is \(shown(new))"
  }
}
