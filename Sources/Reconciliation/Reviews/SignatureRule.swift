package import TenantCore

/// Who may sign a round, and when (V4, V5).
package struct SignatureRule: Sendable {
  private let signer: ReviewSettings.Signer

  package init(_ settings: ReviewSettings) { signer = settings.signer }

  /// Why somebody may not sign; nil if nothing is in the way.
  ///
  /// - Parameters:
  ///   - undecided: how many subjects need a decision and have none.
  ///   - decisions: the last decision of the round on each subject.
  package func refusal(
    of actor: String, undecided: Int, allowsUndecided: Bool, decisions: [ReviewDecision]
  ) -> Failure? {
    if signer == .other {
      let own = decisions.count { $0.actor == actor }
      if own > 0 {
        return Failure(
          .permissionRefused,
          "\(actor) decided \(own == 1 ? "1 row" : "\(own) rows") of this review, and the tenant "
            + "file asks for another signer ('reviews: { signer: other }')")
      }
    }
    guard undecided > 0, !allowsUndecided else { return nil }
    return Failure(
      .notAvailable,
      undecided == 1
        ? "1 row needs a decision and has none"
        : "\(undecided) rows need a decision and have none", remedy: .decideOrAllow)
  }
}
