internal import TenantCore

/// The page that explains the evidence to who opens it.
enum EvidenceText {
  static func readme(_ round: SignedRound) -> String {
    let counts = round.details.counts
    return """
      Evidence of review \(round.number) of the tenant \(round.tenant)
      =====================================================

      \(name(round)) was reviewed: which users of its Active Directory are matched with users of the
      application, which are not, and why. The review was opened by \(round.opened.actor) at
      \(round.opened.at) and signed by \(round.closed.actor) at \(round.closed.at), on the
      snapshot of run \(round.closed.run). Times are UTC.

      Directory users: \(counts.total), of which \(counts.matched) are matched and \(counts.notMatched) are not.
      Vanished links: \(counts.vanishedLinks). Signed without a decision: \(counts.undecided).

      Files
        review.json         tenant, run, counts, statement, who and when, digests
        users.csv           each directory user with status, state, reason, linked user and decision
        exceptions.csv      the exceptions that stand, with their notes and ends
        corrections.csv     links and users that were changed by hand while the review was open
        reviewers.csv       who could administer the tenant, and by which assignment
        configuration.yaml  the tenant file as it was; it holds no secret
        digests.txt         the SHA-256 digest of each file above
        signature.txt       the digest of this review, signed with a key, if the installation has one

      A row that needed no decision is "confirmed", "by the signature". Cells that a spreadsheet
      would run as a formula begin with an apostrophe.

      How to check it
        'sha256sum -c digests.txt' says whether a file was changed. 'sha256sum digests.txt' gives
        the digest of this review. It stands in the audit of the installation, and the next review
        that was signed names it in its review.json as "previousDigest", as this one does with the
        review before. So none can be changed or taken out unseen. 'reviews verify' of the program
        that made this file does all of it.

      """
  }

  private static func name(_ round: SignedRound) -> String {
    DisplayText.safe(round.details.displayName)
  }
}

/// `review.json`.
struct EvidenceReview: Encodable, Sendable {
  struct Moment: Encodable, Sendable {
    let at: Timestamp
    let by: String
    let run: Int64

    init(_ mark: ReviewRound.Mark) {
      at = mark.at
      by = mark.actor
      run = mark.run
    }
  }

  struct Snapshot: Encodable, Sendable {
    let run: Int64
    let startedAt: Timestamp
    let completedAt: Timestamp
  }

  struct VanishedLink: Encodable, Sendable {
    let objectGUID: String
    let domain: String
    let login: String
    let userName: String
    let state: String
    let decision: ReviewDecisionAnswer?
    let undecided: Bool
  }

  let form = EvidenceDocuments.form
  let tenant: String
  let displayName: String
  let review: Int64
  let opened: Moment
  let signed: Moment
  let snapshot: Snapshot
  let statement: String
  let counts: ReviewCounts
  let byState: [String: Int]
  let corrections: Int
  let vanishedLinks: [VanishedLink]
  /// By the names of the files.
  let digests: [String: String]
  @OrNull var previousDigest: String?

  init(_ round: SignedRound, digests: [(String, String)]) {
    tenant = round.tenant
    displayName = round.details.displayName
    review = round.number
    opened = Moment(round.opened)
    signed = Moment(round.closed)
    snapshot = Snapshot(
      run: round.closed.run, startedAt: round.details.snapshotStartedAt,
      completedAt: round.details.snapshotCompletedAt)
    statement = round.statement
    counts = round.details.counts
    byState = round.details.byState
    corrections = round.corrections.count
    vanishedLinks = round.otherItems.compactMap { item in
      guard case .vanishedLink(let guid) = item.subject else { return nil }
      return VanishedLink(
        objectGUID: guid.description, domain: item.domain, login: item.login,
        userName: item.userName ?? "", state: item.facts.state,
        decision: item.decision.map(ReviewDecisionAnswer.init),
        undecided: item.mark == .undecided)
    }
    self.digests = Dictionary(digests) { first, _ in first }
    previousDigest = round.previousDigest
  }
}
