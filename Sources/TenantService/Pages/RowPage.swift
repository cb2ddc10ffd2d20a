internal import Administration
internal import PluginContract
internal import Authorization
internal import Hummingbird
internal import TenantCore

/// Why a row is or is not matched, and what can be done about it (R7).
struct RowPage {
  private let visit: PageVisit
  private let key: RowKey
  private let entry: SnapshotEntry
  private let changes: [ChangeRecord]
  private let user: UserDetail?
  private let sides: SideBySide?
  private let trail: RowTrail
  private let neighbours: RowNeighbours?
  private let attention: AttentionTable?
  /// The last change that is shown.
  private let seen: Int64

  init(_ visit: PageVisit, _ key: RowKey) async throws {
    let session = visit.authorized.session
    seen = try await session.lastRowChange()
    let tables = visit.authorized.parts.tables
    trail = try RowTrail(
      FormFields(queryOf: visit.request), domains: visit.tenant.directories.map(\.domain))
    neighbours =
      if let place = trail.place {
        try await tables.neighbours(of: key, at: place, trail.query, of: session, at: visit.now)
      } else {
        nil
      }
    attention = try await tables.attention(session, at: visit.now, onlyOpen: true)
    guard let entry = try await session.entry(key) else { throw WebFailure.notFound }
    self.visit = visit
    self.key = key
    self.entry = entry
    changes = try await visit.authorized.changes(of: entry, limit: 100)
    sides = try await SideBySide(entry, visit)
    user = if let name = entry.userName { try await session.userIfPresent(name) } else { nil }
  }

  func answer() throws -> Response { try visit.answer(values) }

  private var account: String { "\(entry.domain)\\\(entry.login)" }

  private var values: RowPageValues {
    let state = entry.state
    let buttons = entry.reason.remedy(for: state).flatMap(PageRemedy.buttons)
    let step = entry.reason.nextStep(for: state).map { $0 + (buttons.map { ": \($0)" } ?? "") }
    let candidates = entry.reason.candidates
    return RowPageValues(
      frame: visit.frame(
        account,
        crumbs: PageSection.sync.place + [
          (PageSection.sync.title, links.listHref), (account, nil),
        ]),
      status: state.status.rawValue, isMatched: state.status == .matched,
      stateWord: StateWord(state), verdict: verdict,
      reason: PageWords.sentence(DisplayText.safe(entry.reason.message(for: state).asSentence)),
      flags: PageWords.flags(entry.flags), nextStep: PageWords.safe(step?.asSentence),
      linkedUser: linkedUser, compared: compared, sides: sides, reasonCode: entry.reason.code,
      hasCandidates: !candidates.isEmpty && sides == nil, candidatesTitle: candidatesTitle,
      candidates: candidates.map {
        PageLink(label: DisplayText.safe($0), href: visit.href(ofUser: $0))
      },
      actions: actions, links: links, review: review, facts: facts, hasChanges: !changes.isEmpty,
      changes: changes.map { ChangeRow($0, visit.addresses) },
      explanationHref: visit.href(ofRow: key) + "/explanation")
  }

  private var links: RowTrailLinks { RowTrailLinks(trail, neighbours, key: key, visit.addresses) }

  /// This page, with the way on.
  private var here: String {
    guard let place = neighbours?.place ?? trail.place else { return visit.href(ofRow: key) }
    return visit.addresses.href(ofRow: key, trail.fields(at: place))
  }

  private var review: RowPageValues.Review? {
    guard let round = attention?.attention.round else { return nil }
    let item = attention?.item(key)
    let standing = RowStanding(item)
    let isQuiet = standing.causes.isEmpty && standing.decided == nil
    return RowPageValues.Review(
      number: "\(round.number)", seen: "\(seen)", decideAction: visit.href(DecidePages.path),
      row: key.description,
      back: here, next: links.nextHref ?? (trail.place == nil ? here : links.listHref),
      causes: standing.causes, decided: standing.decided,
      quietText: isQuiet ? "It needs no decision: the signature confirms it." : nil,
      decision: DecisionFields(item?.decision?.wish, isQuick: true),
      decideLabel: links.nextHref == nil ? "Decide" : "Decide, then the next row",
      bar: RoundBar(attention, visit.addresses))
  }

  private var verdict: String {
    let person = entry.personName.map { " (\($0))" } ?? ""
    let with = entry.userName.map { " with '\($0)'" } ?? ""
    return DisplayText.safe("\(account)\(person) is \(entry.state.status.rawValue)\(with).")
  }

  private var linkedUser: RowPageValues.LinkedUser? {
    entry.userName.map { name in
      RowPageValues.LinkedUser(
        userHref: visit.href(ofUser: name), userName: DisplayText.safe(name),
        windowsLogin: PageWords.safe(user?.windowsLogin))
    }
  }

  private var compared: RowPageValues.Compared? {
    let reason = entry.reason
    guard let attribute = reason.attribute, let value = reason.value else { return nil }
    return RowPageValues.Compared(
      matcher: reason.matcher ?? "", attribute: attribute, rawValue: DisplayText.safe(value),
      canonical: DisplayText.safe(reason.canonical ?? ""))
  }

  private var candidatesTitle: String {
    switch entry.reason.code {
    case ReasonCode.takenBy: "The matching user, who is taken"
    case ReasonCode.held: "The matching user, who is held"
    case ReasonCode.candidateGone: "Users that matched"
    default: entry.reason.candidates.count == 1 ? "The user" : "Matching users"
    }
  }

  private var actions: RowPageValues.Actions? {
    let canUnlink = entry.state.status == .matched
    let canLink = !canUnlink && entry.guid != nil && !entry.login.isEmpty
    guard canUnlink || canLink else { return nil }
    // Whoever is taken would only be refused.
    let isFree = entry.reason.code != ReasonCode.takenBy
    let candidates = entry.reason.candidates
    return RowPageValues.Actions(
      canUnlink: canUnlink, canLink: canLink, canAllowAgain: entry.state == .released,
      unlinkAction: visit.href("links/unlink"), linkAction: visit.href("links/link"),
      allowAgainAction: visit.href("links/allow-again"), row: key.description,
      back: here, findHref: visit.href(ofRow: key) + "/link",
      suggestedUser: candidates.count == 1 && isFree ? candidates[0] : "")
  }

  /// The record as read.
  private var facts: [Fact] {
    [
      Fact("distinguishedName", [entry.distinguishedName]),
      Fact("objectGUID", [entry.guid?.description ?? "none that can be used"]),
    ]
      + entry.attributes.sorted { $0.key < $1.key }.map { Fact($0.key, $0.value) }
      + [Fact("account", entry.flags.words)]
  }
}

/// What the page of a row is filled with.
struct RowPageValues: PageValues {
  static let template = "row"

  /// The user that the row is linked with.
  struct LinkedUser: Sendable {
    let userHref: String
    let userName: String
    let windowsLogin: String?
  }

  /// What a matcher looked at.
  struct Compared: Sendable {
    let matcher: String
    let attribute: String
    let rawValue: String
    let canonical: String
  }

  /// What can be done about the link.
  struct Actions: Sendable {
    let canUnlink: Bool
    let canLink: Bool
    let canAllowAgain: Bool
    let unlinkAction: String
    let linkAction: String
    let allowAgainAction: String
    let row: String
    /// Where the forms come back to.
    let back: String
    /// Where the users are searched.
    let findHref: String
    let suggestedUser: String
  }

  /// How the row stands in the open round of review, and what decides on it.
  struct Review: Sendable {
    let number: String
    /// The last change that the page shows.
    let seen: String
    let decideAction: String
    let row: String
    /// Where the form comes back to, and where it leads once it is done.
    let back: String
    let next: String
    let causes: [String]
    let decided: String?
    let quietText: String?
    let decision: DecisionFields
    let decideLabel: String
    let bar: RoundBar?
  }

  let stateWords = StateWord.rows
  let frame: PageFrame
  let status: String
  let isMatched: Bool
  let stateWord: StateWord
  let verdict: String
  let reason: String
  let flags: [String]
  let nextStep: String?
  let linkedUser: LinkedUser?
  /// Nil if nothing was compared.
  let compared: Compared?
  /// Nil if no user is near.
  let sides: SideBySide?
  let reasonCode: String
  let hasCandidates: Bool
  let candidatesTitle: String
  let candidates: [PageLink]
  /// Nil if nothing can be done.
  let actions: Actions?
  let links: RowTrailLinks
  /// Nil if no round of review is open.
  let review: Review?
  let facts: [Fact]
  let hasChanges: Bool
  let changes: [ChangeRow]
  let explanationHref: String
}
