internal import TenantCore

/// A state for people: a word, what it means, and what can be done; the code stays in JSON, CSV and
/// addresses.
///
/// The codes tell apart what matters to a program: which run made a link, for instance. Where two of them
/// mean the same to a reviewer, the words do not.
struct StateWord: Sendable {
  /// The code, by which the explanation is found on the page.
  let code: String
  let word: String
  let meaning: String
  let isAttention: Bool

  init(_ state: RowState) {
    code = state.rawValue
    isAttention = PageWords.needsAttention(state)
    (word, meaning) =
      switch state {
      case .linked: ("linked", "The two are linked. Runs keep the user's values up to date.")
      case .found:
        ("new link", "The last run linked the two. From the next run on it is 'linked'.")
      case .linkedStale:
        (
          "doubtful",
          "The two are linked, but what is compared now matches other users. Unlink if it is wrong."
        )
      case .ambiguous:
        ("several users", "Several users match equally well. Nobody is linked until one is chosen.")
      case .contested:
        (
          "user not free",
          "A user matches, but is linked to or was unlinked from another account, or several "
            + "accounts claim it. The reason names them."
        )
      case .unmatched: ("no match", "All free users were compared, and nobody matches.")
      case .released:
        (
          "unlinked",
          "Somebody unlinked the two. No run links them again until they are allowed again or "
            + "linked by hand."
        )
      case .excluded:
        ("left out", "A rule of the tenant file, or a plugin, leaves the account out.")
      case .invalid:
        ("unusable", "The record lacks what it is recognized by. Correct it in the directory.")
      case .failed:
        ("not judged", "A matcher failed on the record: whether anybody matches is not known.")
      }
  }

  init(_ state: VanishedLinkState) {
    code = state.rawValue
    isAttention = true
    (word, meaning) =
      switch state {
      case .sourceDeleted: ("deleted", "The account is no longer in the directory.")
      case .sourceOutOfScope:
        ("outside the units", "The account is outside the configured organizational units.")
      case .sourceUnseen: ("not seen", "Not known, because the latest run failed.")
      case .userMissing: ("user missing", "The user is no longer in the application.")
      }
  }

  /// All states of rows.
  static let rows = RowState.allCases.map(StateWord.init)
  /// All states of links without a row.
  static let vanished = VanishedLinkState.allCases.map(StateWord.init)
}
