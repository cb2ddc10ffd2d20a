internal import Synchronization
package import TenantCore

/// What needs a decision now, and what is decided: in the open round or, if none is open, in one that were opened
/// now.
package struct RoundAttention: Sendable {
  /// The round that is open.
  package let round: ReviewRound?
  package let counts: ReviewCounts
  /// Rows in R4's order, then vanished links, then unclaimed users.
  package let undecided: [RoundItem]
  /// Those on whom a decision stands, of this round or of one before, in the same order.
  package let decided: [RoundItem]
  /// The last decision of the round on each subject.
  let decisions: [ReviewSubject: ReviewDecision]
}

/// Another value after all that changes a ``RoundAttention``.
package struct AttentionRevision: Sendable, Hashable {
  package let store: StoreRevision
  /// The number of the open round; nil if none is open.
  package let openRound: Int64?
  /// The number of the last signed round.
  let lastSigned: Int64?
  let lastDecision: Int64
  /// Exceptions end with a day.
  let day: Day
}

extension TenantSession {
  /// What a ``RoundAttention`` would be made of now.
  package func attentionRevision(at moment: Timestamp) async throws -> AttentionRevision {
    let store = try await storeForReading()
    let rounds = try await store.reviewRounds()
    let open = rounds.last { $0.state == .open }?.number
    let lastDecision: Int64 =
      if let open { try await store.lastDecision(ofReview: open) } else { 0 }
    return AttentionRevision(
      store: try await store.revision(), openRound: open,
      lastSigned: rounds.last { $0.state == .signed }?.number,
      lastDecision: lastDecision, day: Day(of: moment))
  }

  /// What needs a decision now, read in one pass over the snapshot.
  package func attention(at moment: Timestamp) async throws -> RoundAttention {
    let reader = try await RoundReader(storeForReading(), at: moment)
    let collector = RoundCollector { $0.mark != .bySignature }
    try await reader.forEachItem { collector.take($0) }
    let items = collector.items
    return RoundAttention(
      round: reader.round, counts: collector.counts,
      undecided: items.filter { $0.mark == .undecided },
      decided: items.filter { $0.mark == .decided }, decisions: reader.decisions)
  }

  /// The same as an earlier one, with the decisions that were made since, without a pass over the snapshot.
  ///
  /// - Returns: nil if something else changed, or more was decided on than the earlier one knows of.
  package func attention(
    since earlier: RoundAttention, _ revision: AttentionRevision, now: AttentionRevision
  ) async throws -> RoundAttention? {
    guard let round = earlier.round, revision.differsInDecisions(from: now) else { return nil }
    let decisions = try await storeForReading().decisions(ofReview: round.number)
    return earlier.adding(decisions)
  }

  /// The public half of the key that signs the tenant's reviews; nil if there is none.
  package func reviewPublicKey() async throws -> String? { try await reviewKey()?.publicKey }
}

extension AttentionRevision {
  /// True if nothing but decisions came between this and a later one.
  fileprivate func differsInDecisions(from later: AttentionRevision) -> Bool {
    store == later.store && openRound == later.openRound && lastSigned == later.lastSigned
      && day == later.day && lastDecision < later.lastDecision
  }
}

extension RoundAttention {
  /// The same with the last decisions of the round. The snapshot is the one on which they were made, so that each
  /// stands.
  fileprivate func adding(_ decisions: [ReviewSubject: ReviewDecision]) -> RoundAttention? {
    let new = decisions.filter { self.decisions[$0.key] != $0.value }
    var (counts, done) = (counts, [RoundItem]())
    func isDecided(_ item: RoundItem) -> Bool {
      guard let decision = new[item.subject], decision.facts == item.facts else { return false }
      counts.decideAnew(from: item.decision, to: decision)
      done.append(item.decided(decision))
      return true
    }
    let stillUndecided = undecided.filter { !isDecided($0) }
    let stillDecided = decided.filter { !isDecided($0) }
    guard done.count == new.count else { return nil }
    return RoundAttention(
      round: round, counts: counts, undecided: stillUndecided, decided: stillDecided + done,
      decisions: decisions)
  }
}

extension RoundItem {
  /// The same once it is decided.
  fileprivate func decided(_ decision: ReviewDecision) -> RoundItem {
    RoundItem(
      subject: subject, domain: domain, login: login, mail: mail, facts: facts, userName: userName,
      causes: [], mark: .decided, decision: decision)
  }
}
