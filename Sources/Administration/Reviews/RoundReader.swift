internal import PluginContract
internal import Reconciliation
internal import Synchronization
package import TenantCore

/// A subject of a round with all that is to be said of it.
package struct RoundItem: Sendable {
  package let subject: ReviewSubject
  package let domain: String
  /// Empty for who has none.
  package let login: String
  package let mail: String?
  package let facts: ReviewFacts
  /// The name of an unclaimed user, or of the user of a vanished link.
  package let userName: String?
  /// Why it needs a decision; empty if it needs none, or if the round is signed.
  package let causes: [AttentionCause]
  /// How it stands.
  package let mark: ReviewMark
  /// The decision that stands, of this round or of one before.
  package let decision: ReviewDecision?
  /// True if the last signed review did not have it, or had it otherwise.
  package var isChangedSinceReview = false

  /// Who it is, for sentences.
  package var name: String {
    switch subject {
    case .unclaimedUser: "the user '\(userName ?? "")'"
    case .row(let key): login.isEmpty ? key.description : "\(domain)\\\(login)"
    case .vanishedLink: "\(domain)\\\(login)"
    }
  }
}

/// Reads what a round asks for, as it stands now: linear in the rows, with two passes over what is stored.
struct RoundReader: Sendable {
  /// The round that is open; nil if none is: then what one that is opened now would ask for.
  let round: ReviewRound?
  /// The last signed round.
  let lastSigned: ReviewRound?
  /// The last decision of the round on each subject.
  let decisions: [ReviewSubject: ReviewDecision]
  private let carried: [ReviewSubject: ReviewDecision]
  private let remembered: [ReviewSubject: RememberedFacts]
  private let rule: AttentionRule
  private let store: any TenantStoring

  /// - Parameter onlyFacts: true for items whose facts are right and whose marks mean nothing: no signed round is
  ///   read.
  init(_ store: any TenantStoring, at moment: Timestamp, onlyFacts: Bool = false) async throws {
    let rounds = try await store.reviewRounds()
    round = rounds.last { $0.state == .open }
    lastSigned = rounds.last { $0.state == .signed }
    decisions =
      if let round, !onlyFacts {
        try await store.decisions(ofReview: round.number)
      } else {
        [:]
      }
    carried = onlyFacts ? [:] : try await store.decisions(beforeReview: .max)
    remembered = onlyFacts ? [:] : try await Self.remembered(lastSigned, store)
    rule = AttentionRule(isFirst: lastSigned == nil, at: moment)
    self.store = store
  }

  private static func remembered(
    _ signed: ReviewRound?, _ store: any TenantStoring
  ) async throws -> [ReviewSubject: RememberedFacts] {
    guard let signed else { return [:] }
    let memory = Mutex<[ReviewSubject: RememberedFacts]>([:])
    try await store.forEachSignedRows(ofReview: signed.number) { rows in
      memory.withLock { memory in
        for row in 0..<rows.count {
          memory[rows.subject(of: row)] = RememberedFacts(
            rows.facts(of: row), isUndecided: rows.marks[row] == .undecided)
        }
      }
    }
    var facts = memory.withLock(\.self)
    for vanished in signed.signature?.details.vanishedLinks ?? [] {
      guard let guid = ObjectGUID(vanished.objectGUID) else { continue }
      facts[.vanishedLink(guid)] = RememberedFacts(
        ReviewFacts(
          state: vanished.state, userName: vanished.userName, reasonCode: "", flags: []),
        isUndecided: vanished.mark == ReviewMark.undecided.rawValue)
    }
    return facts
  }

  /// Gives all subjects: the rows in R4's order, then vanished links, then unclaimed users.
  ///
  /// - Parameter rows: takes the rows of each batch with their marks, before their items are given.
  func forEachItem(
    rows deliver: (@Sendable (RoundRows) throws -> Void)? = nil,
    _ body: @escaping @Sendable (RoundItem) throws -> Void
  ) async throws {
    try await store.forEachRoundRows { rows in
      var marked = rows
      for row in 0..<rows.count {
        let item = item(
          rows.subject(of: row), domain: rows.domain, login: rows.login.text(of: row) ?? "",
          mail: rows.mail.text(of: row), facts: rows.facts(of: row))
        marked.marks.append(item.mark)
        try body(item)
      }
      try deliver?(marked)
    }
    for vanished in try await store.head()?.vanishedLinks ?? [] { try body(item(vanished)) }
    for name in try await store.snapshot()?.unclaimed ?? [] { try body(item(unclaimed: name)) }
  }

  func item(_ vanished: VanishedLink) -> RoundItem {
    item(
      .vanishedLink(vanished.link.guid), domain: vanished.link.domain, login: vanished.link.login,
      mail: nil, facts: ReviewFacts(vanished), userName: vanished.link.userName)
  }

  func item(unclaimed name: String) -> RoundItem {
    item(
      .unclaimedUser(CanonicalText.of(name)), domain: "", login: "", mail: nil, facts: .unclaimed,
      userName: name)
  }

  func item(_ entry: SnapshotEntry) -> RoundItem {
    let key = entry.guid.map { RowKey.guid($0) } ?? .record(Array(entry.distinguishedName.utf8))
    return item(
      .row(key), domain: entry.domain, login: entry.login,
      mail: entry.attributes[DirectoryAttribute.mail]?.first, facts: ReviewFacts(entry))
  }

  private func item(
    _ subject: ReviewSubject, domain: String, login: String, mail: String?, facts: ReviewFacts,
    userName: String? = nil
  ) -> RoundItem {
    let own = decisions[subject]
    let causes = rule.causes(
      subject, facts, remembered: remembered[subject], carried: carried[subject], decision: own)
    let standing = causes.isEmpty ? own ?? carried[subject] : nil
    return RoundItem(
      subject: subject, domain: domain, login: login, mail: mail, facts: facts,
      userName: userName ?? facts.userName, causes: causes,
      mark: !causes.isEmpty ? .undecided : standing == nil ? .bySignature : .decided,
      decision: standing, isChangedSinceReview: isChanged(subject, facts))
  }

  /// Of unclaimed users, a signed review remembers only those of whom something was decided.
  private func isChanged(_ subject: ReviewSubject, _ facts: ReviewFacts) -> Bool {
    if case .unclaimedUser = subject { return false }
    guard lastSigned != nil else { return false }
    return remembered[subject].map { !facts.differences(from: $0.facts).isEmpty } ?? true
  }
}
