internal import Authorization
internal import PluginContract
internal import Reconciliation
internal import Synchronization
package import TenantCore

extension TenantSession {
  /// Signs the open round (V4 to V6). No run changes the snapshot meanwhile (T1).
  ///
  /// - Parameters:
  ///   - number: the round that is meant; nil for whichever is open.
  ///   - statement: what the signer says.
  ///   - allowUndecided: true to sign although subjects need a decision and have none; they are listed as undecided.
  ///   - seen: how many of these the signer was shown; if there are more or fewer now, nothing is signed. Nil for
  ///     however many there are.
  package func signReview(
    _ number: Int64? = nil, statement: String, allowUndecided: Bool, undecided seen: Int? = nil,
    at moment: Timestamp = .now()
  ) async throws -> ReviewRound {
    let store = try await store(writable: true)
    return try await store.lock().whileHeld {
      try await signReview(
        number, store, statement: statement, allowUndecided: allowUndecided, undecided: seen,
        at: moment)
    }
  }

  private func signReview(
    _ number: Int64?, _ store: any TenantStoring, statement: String, allowUndecided: Bool,
    undecided seen: Int?, at moment: Timestamp
  ) async throws -> ReviewRound {
    let round = try await openRound(store, number: number)
    // Read first: a decision that comes later is noticed when the signature is written.
    let lastDecision = try await store.lastDecision(ofReview: round.number)
    let reader = try await RoundReader(store, at: moment)
    let signing = RoundSigning()
    try await reader.forEachItem(rows: { signing.take($0) }, { signing.take($0) })
    let refusal = SignatureRule(tenant.reviews).refusal(
      of: permit.actor.userName, undecided: signing.counts.undecided,
      allowsUndecided: allowUndecided, decisions: Array(reader.decisions.values))
    if let refusal { throw refusal }
    let undecided = signing.counts.undecided
    if allowUndecided, let seen, seen != undecided {
      throw Failure(
        .notAvailable,
        "\(undecided) rows of review \(round.number) are undecided now, and \(seen) were when you "
          + "looked: nothing is signed; look at it again")
    }
    let closed = ReviewRound.Mark(
      at: moment, actor: permit.actor.userName,
      run: try await store.lastCompleteRun()?.id ?? 0, change: try await store.revision().change)
    let signed = SignedRound(
      tenant: tenant.name, number: round.number, opened: round.opened, closed: closed,
      statement: statement, previousDigest: reader.lastSigned?.signature?.digest,
      details: try await details(signing, store, at: moment),
      decisions: try await store.standingDecisions(atReview: round.number),
      corrections: try await store.corrections(from: round.opened.change, to: closed.change),
      rows: { body in for rows in signing.rows { try body(rows) } })
    let digest = try await EvidenceDocuments(signed).digest
    try await store.sign(
      review: round.number,
      ReviewSignature(
        statement: statement, digest: digest, previousDigest: signed.previousDigest,
        lastDecision: lastDecision,
        keySignature: try await reviewKey()?.sign(digest: digest), details: signed.details),
      rows: signing.rows, closed: closed)
    try await audit(.signed, round.number, at: moment, digest: digest)
    await StandingCount(store: store).keep(at: moment)
    return try await self.round(round.number, store)
  }

  private func details(
    _ signing: RoundSigning, _ store: any TenantStoring, at moment: Timestamp
  ) async throws -> SignedDetails {
    let run = try await store.lastCompleteRun()
    return SignedDetails(
      displayName: tenant.displayName, counts: signing.counts, byState: signing.byState,
      vanishedLinks: signing.others.compactMap(Self.vanished),
      decidedUsers: signing.others.compactMap { item in
        if case .unclaimedUser = item.subject, item.mark == .decided { item.userName } else { nil }
      },
      reviewers: try await reviewers(at: moment), configuration: fileText,
      snapshotStartedAt: run?.startedAt ?? moment, snapshotCompletedAt: run?.completedAt ?? moment)
  }

  private static func vanished(_ item: RoundItem) -> SignedDetails.Vanished? {
    guard case .vanishedLink(let guid) = item.subject,
      let state = VanishedLinkState(rawValue: item.facts.state)
    else { return nil }
    let link = Link(
      guid: guid, userID: 0, run: 0, domain: item.domain, login: item.login,
      userName: item.userName ?? "")
    return SignedDetails.Vanished(VanishedLink(link: link, state: state), item.mark)
  }

  /// Who could administer the tenant, and by which assignment or token.
  private func reviewers(at moment: Timestamp) async throws -> [SignedDetails.Reviewer] {
    func reviewer(_ assignment: String, _ name: String, _ roles: [String]) -> SignedDetails.Reviewer
    {
      let permissions = roles.reduce(into: Set<Permission>()) {
        $0.formUnion(policy.roles[$1] ?? [])
      }
      return SignedDetails.Reviewer(
        assignment: assignment, name: name, roles: roles,
        mayAdminister: permissions.isSuperset(of: Permission.allCases))
    }
    let assigned = policy.assignments.map { assignment in
      let (kind, name) = assignment.assignee.words(fileOwner: fileOwner)
      return reviewer(kind, name, assignment.roles)
    }
    let tokens = try await ports.access.tokens().filter { $0.token.expiresAt > moment }
    return assigned + tokens.map { reviewer("token", $0.token.name, $0.token.roles) }
  }
}

extension AccessPolicy.Assignee {
  /// The key of the tenant file, and whom it names.
  fileprivate func words(fileOwner: UInt32) -> (kind: String, name: String) {
    switch self {
    case .fileOwner: ("fileOwner", "#\(fileOwner)")
    case .osUser(let name): ("osUser", name)
    case .osGroup(let name): ("osGroup", name)
    case .directoryGroup(let name): ("directoryGroup", name)
    case .localUser(let name): ("localUser", name)
    case .operator(let name): ("operator", name)
    }
  }
}

/// What is gathered of a round while it is gone through to be signed.
private final class RoundSigning: Sendable {
  private let collector = RoundCollector { item in
    if case .row = item.subject { false } else { true }
  }
  private let batches = Mutex<[RoundRows]>([])

  func take(_ item: RoundItem) { collector.take(item) }

  func take(_ rows: RoundRows) { batches.withLock { $0.append(rows) } }

  var rows: [RoundRows] { batches.withLock(\.self) }
  var counts: ReviewCounts { collector.counts }
  var byState: [String: Int] { collector.byState }
  /// Vanished links and unclaimed users.
  var others: [RoundItem] { collector.items }
}
