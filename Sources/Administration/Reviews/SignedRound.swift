internal import PluginContract
internal import TenantCore

/// A signed round as it was: its rows, and the decisions that stood.
struct SignedRound: Sendable {
  /// Gives all rows in R4's order, with their marks.
  typealias Rows =
    @Sendable (_ body: @escaping @Sendable (RoundRows) throws -> Void) async throws -> Void

  let tenant: String
  let number: Int64
  let opened: ReviewRound.Mark
  let closed: ReviewRound.Mark
  let statement: String
  let previousDigest: String?
  let details: SignedDetails
  /// The last decision on each subject; it stood if the subject is marked as decided.
  let decisions: [ReviewSubject: ReviewDecision]
  /// What was changed by hand while it was open, in order (V3).
  let corrections: [NumberedChange]
  let rows: Rows

  /// Gives all subjects: the rows in R4's order, then vanished links, then unclaimed users of whom something was decided.
  func forEachItem(_ body: @escaping @Sendable (RoundItem) throws -> Void) async throws {
    try await rows { rows in
      for row in 0..<rows.count {
        try body(item(row, of: rows))
      }
    }
    for item in otherItems { try body(item) }
  }

  /// Vanished links, and unclaimed users of whom something was decided.
  var otherItems: [RoundItem] {
    let links = details.vanishedLinks.compactMap { vanished in
      ObjectGUID(vanished.objectGUID).map { guid in
        item(
          .vanishedLink(guid), ReviewMark(rawValue: vanished.mark) ?? .undecided,
          domain: vanished.domain, login: vanished.login, mail: nil,
          facts: ReviewFacts(
            state: vanished.state, userName: vanished.userName, reasonCode: "", flags: []))
      }
    }
    let users = details.decidedUsers.map { name in
      item(
        .unclaimedUser(CanonicalText.of(name)), .decided, domain: "", login: "", mail: nil,
        facts: .unclaimed, userName: name)
    }
    return links + users
  }

  /// A row of a batch.
  func item(_ row: Int, of rows: RoundRows) -> RoundItem {
    item(
      rows.subject(of: row), rows.marks[row], domain: rows.domain,
      login: rows.login.text(of: row) ?? "", mail: rows.mail.text(of: row),
      facts: rows.facts(of: row))
  }

  private func item(
    _ subject: ReviewSubject, _ mark: ReviewMark, domain: String, login: String, mail: String?,
    facts: ReviewFacts, userName: String? = nil
  ) -> RoundItem {
    RoundItem(
      subject: subject, domain: domain, login: login, mail: mail, facts: facts,
      userName: userName ?? facts.userName, causes: [], mark: mark,
      decision: mark == .decided ? decisions[subject] : nil)
  }
}

extension SignedRound {
  /// Reads a signed round; nil if it is not signed.
  init?(_ round: ReviewRound, tenant: String, _ store: any TenantStoring) async throws {
    guard let signature = round.signature, let closed = round.closed else { return nil }
    let number = round.number
    self.init(
      tenant: tenant, number: number, opened: round.opened, closed: closed,
      statement: signature.statement, previousDigest: signature.previousDigest,
      details: signature.details, decisions: try await store.standingDecisions(atReview: number),
      corrections: try await store.corrections(from: round.opened.change, to: closed.change),
      rows: { try await store.forEachSignedRows(ofReview: number, $0) })
  }
}

extension HistoryStoring {
  /// The changes by hand behind one change up to another, in order (V3).
  func corrections(from first: Int64, to last: Int64) async throws -> [NumberedChange] {
    let kinds: Set<ChangeRecord.Kind> = [.linked, .unlinked, .relinked, .edited]
    let partCount = 1000
    var found: [NumberedChange] = []
    var before: Int64? = last == .max ? nil : last + 1
    while true {
      let part = try await changes(before: before, ofLogin: nil, limit: partCount)
      found += part.filter {
        $0.number > first && $0.change.run == nil && kinds.contains($0.change.kind)
      }
      guard part.count == partCount, let end = part.last?.number, end > first else { break }
      before = end
    }
    return found.reversed()
  }
}

extension ReviewStoring {
  /// The last decision on each subject, of a round and of all signed ones before it.
  func standingDecisions(
    atReview number: Int64
  ) async throws -> [ReviewSubject: ReviewDecision] {
    try await decisions(beforeReview: number)
      .merging(decisions(ofReview: number)) { $1 }
  }
}
