@testable import Administration
import PluginContract
import Reconciliation
import TenantCore

@testable import TenantService

/// Answers about rounds of review: of each kind, with all that there can be and with nothing that can be absent.
struct RoundExamples {
  let guid: ObjectGUID
  let time: Timestamp
  let changes: [NumberedChange]

  /// The answers by the name of their schema.
  var all: [(schema: String, answer: any Encodable)] {
    let rounds = [round(.open), round(.signed), round(.abandoned)]
    return [
      ("ReviewRounds", ReviewRoundsAnswer(tenant: "acme", rounds)),
      ("ReviewKey", ReviewKeyAnswer(tenant: "acme", publicKey: "00ff")),
      ("ReviewKey", ReviewKeyAnswer(tenant: "acme", publicKey: nil)),
      ("ReviewStanding", standing(.open, seen: 7)), ("ReviewStanding", standing(.abandoned)),
    ] + rounds.map { ("ReviewRound", ReviewRoundAnswer($0)) }
  }

  private func standing(_ state: ReviewRound.State, seen: Int64? = nil) -> RoundStandingAnswer {
    RoundStandingAnswer(
      tenant: "acme",
      RoundStanding(
        round: round(state), counts: counts, items: items, corrections: changes, seen: seen),
      page: PageAnswer(number: 1, size: 50, rows: 2, exact: true, hasMore: false))
  }

  private func round(_ state: ReviewRound.State) -> ReviewRound {
    let mark = ReviewRound.Mark(at: time, actor: "svc", run: 3, change: 7)
    return ReviewRound(
      number: 2, state: state, opened: mark, closed: state == .open ? nil : mark,
      signature: state == .signed ? signature : nil)
  }

  private var signature: ReviewSignature {
    ReviewSignature(
      statement: "reviewed", digest: "ab", previousDigest: "cd", lastDecision: 1,
      details: SignedDetails(
        displayName: "Acme", counts: counts, byState: [:], vanishedLinks: [], decidedUsers: [],
        reviewers: [], configuration: "", snapshotStartedAt: time, snapshotCompletedAt: time))
  }

  private var counts: ReviewCounts {
    var counts = ReviewCounts()
    for kind in ReviewDecision.Kind.allCases {
      counts.add(
        .row(.guid(guid)), .unclaimed, .decided,
        ReviewDecision(.init(kind), actor: "svc", at: time, review: 2, facts: .unclaimed))
    }
    return counts
  }

  private var items: [RoundItem] {
    let facts = ReviewFacts(.linked, userName: "jdoe", reasonCode: "by-hand", flags: .unknown)
    let bare = ReviewFacts(.unmatched, userName: nil, reasonCode: "", flags: [])
    return [
      item(.row(.guid(guid)), facts, login: "jdoe", mail: "j@acme.example", causes: causes),
      item(.row(.record([1])), bare, login: "", mail: nil, causes: []),
      item(
        .unclaimedUser("jdoe"), .unclaimed, login: "", mail: nil, causes: [],
        decision: decision(.toFix, note: "a note", assignee: "maria")),
      item(
        .vanishedLink(guid), .unclaimed, login: "", mail: nil, causes: [],
        decision: decision(.exception, note: "a note", until: Day("2099-12-31"))),
      item(
        .vanishedLink(guid), .unclaimed, login: "", mail: nil, causes: [],
        decision: decision(.confirmed)),
    ]
  }

  private func item(
    _ subject: ReviewSubject, _ facts: ReviewFacts, login: String, mail: String?,
    causes: [AttentionCause], decision: ReviewDecision? = nil
  ) -> RoundItem {
    RoundItem(
      subject: subject, domain: login.isEmpty ? "" : "ACME", login: login, mail: mail,
      facts: facts, userName: facts.userName, causes: causes,
      mark: causes.isEmpty ? .decided : .undecided, decision: decision)
  }

  private func decision(
    _ kind: ReviewDecision.Kind, note: String? = nil, until: Day? = nil, assignee: String? = nil
  ) -> ReviewDecision {
    ReviewDecision(
      .init(kind, note: note, until: until, assignee: assignee), actor: "svc", at: time,
      review: 2, facts: .unclaimed)
  }

  private var causes: [AttentionCause] {
    let fields: [ReviewDifference.Field] = ReviewDifference.Field.allCases
    let differences =
      fields.map { ReviewDifference(field: $0, old: "a", new: nil) }
      + [ReviewDifference(field: .user, old: nil, new: "b")]
    return [
      .firstRound, .new, .changed(differences), .exceptionEnded(Day(of: time)),
      .stillToFix(decision(.toFix, note: "a note")), .leftUndecided,
      .changedSinceDecision(differences),
    ]
  }
}
