/// The two words of the mission page (M1).
package enum Status: String, Sendable, CaseIterable {
  case matched = "Matched"
  case notMatched = "Not Matched"
}

/// The state of a directory user (semantics.md 5).
package enum RowState: String, Sendable, CaseIterable {
  /// A stored link; matchers agree or are silent.
  case linked
  /// A stored link; matchers now point elsewhere.
  case linkedStale = "linked-stale"
  /// Linked in this run or, in a dry run, would be.
  case found
  /// Several tenant users match equally well.
  case ambiguous
  /// The matching user is taken, or several directory users claim it.
  case contested
  /// Searched; no user matches.
  case unmatched
  /// An administrator unlinked it.
  case released
  /// A rule or a plugin skipped it.
  case excluded
  /// The record cannot be used.
  case invalid
  /// A matcher failed on it: unknown, never counted as unmatched.
  case failed

  /// The state's place in the order of their definition. A `switch`, because it is asked for every row.
  package var number: Int {
    switch self {
    case .linked: 0
    case .linkedStale: 1
    case .found: 2
    case .ambiguous: 3
    case .contested: 4
    case .unmatched: 5
    case .released: 6
    case .excluded: 7
    case .invalid: 8
    case .failed: 9
    }
  }

  /// The mission page's word for the state.
  package var status: Status {
    switch self {
    case .linked, .linkedStale, .found: .matched
    case .ambiguous, .contested, .unmatched, .released, .excluded, .invalid, .failed: .notMatched
    }
  }
}

/// The state of a link whose directory user has no row, or whose tenant user is gone (S5).
package enum VanishedLinkState: String, Sendable, CaseIterable {
  case sourceDeleted = "source-deleted"
  case sourceOutOfScope = "source-out-of-scope"
  /// Not known, because the latest run failed; derived when read, never stored.
  case sourceUnseen = "source-unseen"
  case userMissing = "user-missing"
}
