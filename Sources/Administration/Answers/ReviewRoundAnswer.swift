package import TenantCore

/// A decision of a reviewer.
package struct ReviewDecisionAnswer: Encodable, Sendable {
  let decision: String
  @OrNull var note: String?
  @OrNull var until: Day?
  /// Who is to fix it.
  @OrNull var assignee: String?
  let by: String
  let at: Timestamp
  let review: Int64

  private enum CodingKeys: String, CodingKey {
    case decision, note, until, by, at, review
    case assignee = "for"
  }

  /// Tells of a decision.
  package init(_ decision: ReviewDecision) {
    self.decision = decision.wish.kind.rawValue
    note = decision.wish.note
    until = decision.wish.until
    assignee = decision.wish.assignee
    by = decision.actor
    at = decision.at
    review = decision.review
  }
}

/// A round of review, without its rows.
package struct ReviewRoundAnswer: Encodable, Sendable {
  /// When it was opened or ended, by whom, on which run.
  struct Mark: Encodable, Sendable {
    let at: Timestamp
    let by: String
    let run: Int64

    init(_ mark: ReviewRound.Mark) {
      at = mark.at
      by = mark.actor
      run = mark.run
    }
  }

  let review: Int64
  let state: String
  let opened: Mark
  /// When it was signed or abandoned.
  @OrNull var closed: Mark?
  @OrNull var statement: String?
  @OrNull var digest: String?
  @OrNull var previousDigest: String?
  /// Of a signed round, or of one whose rows were counted.
  @OrNull var counts: ReviewCounts?

  /// Tells of a round.
  ///
  /// - Parameter counts: how its rows stand; nil for those of the signature.
  package init(_ round: ReviewRound, counts: ReviewCounts? = nil) {
    review = round.number
    state = round.state.rawValue
    opened = Mark(round.opened)
    closed = round.closed.map(Mark.init)
    statement = round.signature?.statement
    digest = round.signature?.digest
    previousDigest = round.signature?.previousDigest
    self.counts = counts ?? round.signature?.details.counts
  }
}

/// All rounds of a tenant.
package struct ReviewRoundsAnswer: Encodable, Sendable {
  let tenant: String
  let reviews: [ReviewRoundAnswer]

  /// Tells of rounds.
  package init(tenant: String, _ rounds: [ReviewRound]) {
    self.tenant = tenant
    reviews = rounds.map { ReviewRoundAnswer($0) }
  }
}

/// The key that signs a tenant's reviews.
package struct ReviewKeyAnswer: Encodable, Sendable {
  let tenant: String
  /// Null if reviews are signed without a key.
  @OrNull var publicKey: String?

  /// Tells of a key.
  package init(tenant: String, publicKey: String?) {
    self.tenant = tenant
    self.publicKey = publicKey
  }
}

/// A subject of a round.
package struct RoundItemAnswer: Encodable, Sendable {
  /// Why it needs a decision.
  struct Attention: Encodable, Sendable {
    struct Change: Encodable, Sendable {
      let field: String
      @OrNull var old: String?
      @OrNull var new: String?
    }

    let code: String
    let message: String
    let changes: [Change]

    init(_ cause: AttentionCause) {
      code = cause.code
      message = cause.message
      changes = cause.differences.map {
        Change(field: $0.field.rawValue, old: $0.old, new: $0.new)
      }
    }
  }

  let kind: String
  @OrNull var row: String?
  @OrNull var objectGUID: String?
  @OrNull var domain: String?
  @OrNull var activeDirectoryLogin: String?
  @OrNull var smtpAddress: String?
  @OrNull var status: String?
  @OrNull var state: String?
  @OrNull var reasonCode: String?
  @OrNull var enabled: Bool?
  @OrNull var locked: Bool?
  @OrNull var expired: Bool?
  @OrNull var userName: String?
  let attention: [Attention]
  let undecided: Bool
  @OrNull var decision: ReviewDecisionAnswer?

  /// Tells of a subject.
  package init(_ item: RoundItem) {
    func text(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    let hasFlags = item.facts.status != nil
    kind = item.subject.kind
    row = if case .row(let key) = item.subject { key.description } else { nil }
    objectGUID = item.subject.guid?.description
    domain = text(item.domain)
    activeDirectoryLogin = text(item.login)
    smtpAddress = text(item.mail)
    status = item.facts.status?.rawValue
    state = text(item.facts.state)
    reasonCode = text(item.facts.reasonCode)
    enabled = hasFlags ? item.facts.flags.isEnabled : nil
    locked = hasFlags ? item.facts.flags.isLocked : nil
    expired = hasFlags ? item.facts.flags.isExpired : nil
    userName = text(item.userName)
    attention = item.causes.map(Attention.init)
    undecided = item.mark == .undecided
    decision = item.decision.map(ReviewDecisionAnswer.init)
  }
}

/// A round with the subjects that were asked for.
package struct RoundStandingAnswer: Encodable, Sendable {
  let tenant: String
  let review: ReviewRoundAnswer
  let rows: [RoundItemAnswer]
  /// What was changed by hand while the round was open, in order (V3).
  let corrections: [NumberedChangeAnswer]
  /// The last change that is in them, for decisions on what was seen; null if the round is not open.
  @OrNull var seen: Int64?
  /// Which of the subjects are given; left out where all are.
  let page: PageAnswer?

  /// Tells of a round.
  package init(tenant: String, _ standing: RoundStanding, page: PageAnswer? = nil) {
    self.tenant = tenant
    self.page = page
    review = ReviewRoundAnswer(standing.round, counts: standing.counts)
    rows = standing.items.map(RoundItemAnswer.init)
    corrections = standing.corrections.map(NumberedChangeAnswer.init)
    seen = standing.seen
  }
}
