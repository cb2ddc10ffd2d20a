package import TenantCore

/// What the last signed review remembers of a subject.
package struct RememberedFacts: Sendable, Equatable {
  package let facts: ReviewFacts
  /// True if that review was signed without a decision on it.
  package let isUndecided: Bool

  /// Takes what is remembered.
  package init(_ facts: ReviewFacts, isUndecided: Bool) {
    self.facts = facts
    self.isUndecided = isUndecided
  }
}

/// Which subjects need a decision in a round: only what is new (V1, V2).
package struct AttentionRule: Sendable {
  /// True if no review was signed before.
  private let isFirst: Bool
  private let moment: Timestamp

  /// - Parameter moment: when exceptions are judged.
  package init(isFirst: Bool, at moment: Timestamp) {
    self.isFirst = isFirst
    self.moment = moment
  }

  /// Why a subject needs a decision; empty if it needs none.
  ///
  /// - Parameters:
  ///   - remembered: what the last signed review had of it; nil if it did not have it.
  ///   - carried: the last decision of an earlier, signed review.
  ///   - decision: the last decision of this round.
  package func causes(
    _ subject: ReviewSubject, _ facts: ReviewFacts, remembered: RememberedFacts?,
    carried: ReviewDecision?, decision: ReviewDecision?
  ) -> [AttentionCause] {
    if let decision { return causes(facts, decided: decision) }
    if case .unclaimedUser = subject { return carried.map(overdue) ?? [] }
    guard !isFirst else { return Self.isDoubtful(facts) ? [.firstRound] : [] }
    guard let remembered else { return [.new] }
    let differences = facts.differences(from: remembered.facts)
    var causes: [AttentionCause] = differences.isEmpty ? [] : [.changed(differences)]
    if let carried {
      // What was to be fixed and changed may be fixed: it is asked for as what changed.
      causes += overdue(carried).filter { cause in
        if case .stillToFix = cause { differences.isEmpty } else { true }
      }
    }
    if remembered.isUndecided { causes.append(.leftUndecided) }
    return causes
  }

  /// V2: a decision of this round counts while the row is what was decided on.
  private func causes(_ facts: ReviewFacts, decided: ReviewDecision) -> [AttentionCause] {
    let differences = facts.differences(from: decided.facts)
    var causes: [AttentionCause] =
      differences.isEmpty ? [] : [.changedSinceDecision(differences)]
    if let day = decided.endedException(at: moment) { causes.append(.exceptionEnded(day)) }
    return causes
  }

  private func overdue(_ carried: ReviewDecision) -> [AttentionCause] {
    switch carried.wish.kind {
    case .confirmed: []
    case .exception: carried.endedException(at: moment).map { [.exceptionEnded($0)] } ?? []
    case .toFix: [.stillToFix(carried)]
    }
  }

  /// What a first round asks for.
  private static func isDoubtful(_ facts: ReviewFacts) -> Bool {
    facts.rowState.map { isDoubtful($0, facts.flags) } ?? true
  }

  /// True if a first round asks for a row; for a vanished link it always does.
  package static func isDoubtful(_ state: RowState, _ flags: AccountFlags) -> Bool {
    state.status == .notMatched || state == .linkedStale || flags.isEnabled == false
  }
}
