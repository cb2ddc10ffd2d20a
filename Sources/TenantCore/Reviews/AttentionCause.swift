/// Why a row needs a decision in a round (V1, V2).
package enum AttentionCause: Sendable, Equatable {
  /// In the first round: it is not matched, its match or its link is doubtful, or it is disabled and matched.
  case firstRound
  /// The last signed review did not have it.
  case new
  /// It is not as the last signed review had it.
  case changed([ReviewDifference])
  /// Its exception ended with this day.
  case exceptionEnded(Day)
  /// It was to be fixed, and is the same.
  case stillToFix(ReviewDecision)
  /// The last review was signed without a decision on it.
  case leftUndecided
  /// It is not as it was when somebody decided in this round.
  case changedSinceDecision([ReviewDifference])

  /// A stable code.
  package var code: String {
    switch self {
    case .firstRound: "first-review"
    case .new: "new"
    case .changed: "changed"
    case .exceptionEnded: "exception-ended"
    case .stillToFix: "still-to-fix"
    case .leftUndecided: "left-undecided"
    case .changedSinceDecision: "changed-since-decision"
    }
  }

  /// What changed, if something did.
  package var differences: [ReviewDifference] {
    switch self {
    case .changed(let differences), .changedSinceDecision(let differences): differences
    case .firstRound, .new, .exceptionEnded, .stillToFix, .leftUndecided: []
    }
  }

  /// A few words for a list.
  package var message: String {
    switch self {
    case .firstRound: "not reviewed before"
    case .new: "new since the last review"
    case .changed(let differences): Self.list(differences)
    case .exceptionEnded(let day): "the exception ended with \(day)"
    case .stillToFix(let decision):
      "still to fix"
        + (decision.wish.assignee.map { " for \($0)" } ?? "")
        + (decision.wish.note.map { ": \($0)" } ?? "")
    case .leftUndecided: "left undecided in the last review"
    case .changedSinceDecision(let differences):
      "changed since it was decided: \(Self.list(differences))"
    }
  }

  private static func list(_ differences: [ReviewDifference]) -> String {
    differences.map(\.message).joined(separator: "; ")
  }
}
