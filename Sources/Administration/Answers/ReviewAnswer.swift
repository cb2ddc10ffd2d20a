package import TenantCore

/// A page of the review: the document that the JSON exporter writes, with the page's rows only, and
/// which part it is.
package struct ReviewAnswer: Encodable, Sendable {
  /// The run that the rows are of.
  struct Run: Encodable, Sendable {
    /// Nil if nothing was stored.
    @OrNull var run: Int64?
    let startedAt: Timestamp
    let completedAt: Timestamp
    let live: Bool
  }

  let tenant: String
  let snapshot: Run
  let counts: CountsAnswer
  let users: [RowAnswer]
  let vanishedLinks: [VanishedLinkAnswer]
  let unclaimed: [String]
  let findings: [FindingAnswer]
  @OrNull var lastFailure: FailureAnswer?
  /// The last change that is in the rows, for decisions on what was seen.
  let seen: Int64
  let page: ReviewPageAnswer

  /// Tells of a page of a snapshot.
  package init(
    tenant: String, _ snapshot: Snapshot, rows: [RowAnswer], seen: Int64, page: ReviewPageAnswer
  ) {
    let run = snapshot.run
    self.tenant = tenant
    self.snapshot = Run(
      run: snapshot.isLive ? nil : run.id, startedAt: run.startedAt,
      completedAt: run.completedAt, live: snapshot.isLive)
    counts = CountsAnswer(run.counts)
    users = rows
    vanishedLinks = snapshot.vanishedLinks.map(VanishedLinkAnswer.init)
    unclaimed = snapshot.unclaimed
    findings = run.findings.map(FindingAnswer.init)
    lastFailure = snapshot.lastFailure.map(FailureAnswer.init)
    self.seen = seen
    self.page = page
  }
}

/// Which part of a long list an answer is.
package struct PageAnswer: Encodable, Sendable {
  /// From 1.
  let number: Int
  /// Rows a page.
  let size: Int
  /// How many match on all pages together; at least this many if that is not exact.
  let rows: Int
  let exact: Bool
  let hasMore: Bool

  /// Tells of a page.
  package init(number: Int, size: Int, rows: Int, exact: Bool, hasMore: Bool) {
    self.number = number
    self.size = size
    self.rows = rows
    self.exact = exact
    self.hasMore = hasMore
  }
}

/// Which part of the review an answer is, with the keys of its rows.
package struct ReviewPageAnswer: Encodable, Sendable {
  private let page: PageAnswer
  private let keys: [String]

  private enum CodingKeys: CodingKey { case keys }

  /// Tells of a page.
  package init(_ page: PageAnswer, keys: [RowKey]) {
    self.page = page
    self.keys = keys.map(\.description)
  }

  package func encode(to encoder: any Encoder) throws {
    try page.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(keys, forKey: .keys)
  }
}
