internal import Administration
internal import Authorization
internal import Hummingbird
internal import PluginContract
internal import TenantCore

/// One round of review: as it stands, or as it was signed.
struct RoundPage {
  private let visit: PageVisit
  private let standing: RoundStanding
  private let show: RoundShow
  private let place: TablePlace
  private let count: Int
  private let table: AttentionTable?

  init(_ visit: PageVisit, _ number: Int64) async throws {
    let session = visit.authorized.session
    guard let round = try await session.reviewRounds().first(where: { $0.number == number }) else {
      throw WebFailure.notFound
    }
    let fields = FormFields(queryOf: visit.request)
    let show = try RoundShow(fields, else: round.state == .signed ? .all : .undecided)
    let place = try TablePlace(fields)
    let window = RoundWindow(place)
    standing = try await session.reviewStanding(number, at: visit.now) {
      show.includes($0) && window.includesNext()
    }
    table =
      round.state == .open
      ? try await visit.authorized.parts.tables.attention(session, at: visit.now, onlyOpen: true)
      : nil
    (self.visit, self.show, self.place, count) = (visit, show, place, window.count)
  }

  private var round: ReviewRound { standing.round }

  private var path: String { "\(PageSection.reviews.path)/\(round.number)" }

  func answer() throws -> Response { try visit.answer(values) }

  private var values: RoundPageValues {
    let title = "Review \(round.number)"
    let others = (table?.otherUndecided ?? []) + (table?.otherDecided ?? [])
    let words = TableWords(
      place: place, total: .exact(count), hasMore: place.offset + place.size < count)
    return RoundPageValues(
      frame: visit.frame(
        title,
        crumbs: PageSection.reviews.place + [
          (PageSection.reviews.title, visit.href(PageSection.reviews.path)), (title, nil),
        ]),
      facts: facts, bar: RoundBar(table, visit.addresses), isOpen: round.state == .open,
      evidenceHref: round.state == .signed ? visit.href(path + "/evidence.zip") : nil,
      review: "\(round.number)", seen: "\(standing.seen ?? 0)",
      undecided: "\(standing.counts.undecided)",
      signAction: visit.href("\(PageSection.reviews.path)/sign"),
      abandonAction: visit.href("\(PageSection.reviews.path)/abandon"),
      decideAction: visit.href(DecidePages.path), back: visit.href(path) + "#others",
      hasUndecided: standing.counts.undecided > 0,
      signLabel: standing.counts.undecided == 0
        ? "Sign" : "Sign with \(PageWords.count(standing.counts.undecided)) undecided",
      decision: DecisionFields(), hasOthers: !others.isEmpty, others: others.map(row),
      hasList: round.state != .abandoned, shows: shows, rowsText: words.rowsText,
      rows: standing.items.map(row), hasRows: !standing.items.isEmpty,
      table: RoundPageValues.Pages(pager: words.pager { href(show, page: $0) }),
      hasChanges: !standing.corrections.isEmpty,
      changes: standing.corrections.map { ChangeRow($0.change, visit.addresses) })
  }

  private func href(_ show: RoundShow, page: Int = 1) -> String {
    var place = place
    place.number = page
    return visit.href(path, [("show", show.rawValue)] + place.fields)
  }

  private var shows: [PageLink] {
    [(RoundShow.undecided, "Undecided"), (.decided, "Decided"), (.all, "All")].map {
      PageLink(label: $0.1, href: href($0.0), isHere: $0.0 == show)
    }
  }

  private var facts: [Fact] {
    let counts = standing.counts
    var facts = [
      Fact("State", [round.state.rawValue]),
      Fact("Opened", [mark(round.opened)]),
    ]
    if let closed = round.closed {
      facts.append(Fact(round.state == .signed ? "Signed" : "Abandoned", [mark(closed)]))
    }
    guard round.state != .abandoned else { return facts }
    facts += [
      Fact(
        "Rows",
        [
          "\(PageWords.count(counts.total)): \(PageWords.count(counts.matched)) matched, "
            + "\(PageWords.count(counts.notMatched)) not matched; "
            + PageWords.count(counts.vanishedLinks, "vanished link")
        ]),
      Fact("Decided", [decided(counts)]),
      Fact("Undecided", [PageWords.count(counts.undecided)]),
    ]
    guard let signature = round.signature else { return facts }
    facts += [
      Fact("Statement", [signature.statement]), Fact("Digest", [signature.digest]),
      Fact("Follows", [signature.previousDigest ?? "the first signed review"]),
      Fact(
        "Key", [signature.keySignature.map { "signed with \($0.publicKey)" } ?? "without a key"]),
    ]
    return facts
  }

  private func mark(_ mark: ReviewRound.Mark) -> String {
    "\(PageWords.words(of: mark.at)) by \(mark.actor), on run \(mark.run)"
  }

  private func decided(_ counts: ReviewCounts) -> String {
    let parts = ReviewDecision.Kind.allCases.compactMap { kind in
      counts.decided[kind.rawValue].map { count in
        switch kind {
        case .confirmed: "\(PageWords.count(count)) confirmed"
        case .exception: PageWords.count(count, "exception")
        case .toFix: "\(PageWords.count(count)) to fix"
        }
      }
    }
    return (parts + ["\(PageWords.count(counts.bySignature)) by the signature"])
      .joined(separator: ", ")
  }

  private func row(_ item: RoundItem) -> RoundPageValues.Row {
    RoundPageValues.Row(item, isSigned: round.state == .signed, visit.addresses)
  }
}

/// What the page of a round is filled with.
struct RoundPageValues: PageValues {
  static let template = "round"

  /// The way to the other rows.
  struct Pages: Sendable { let pager: Pager? }

  /// A subject of the round.
  struct Row: Sendable {
    /// How a form names it.
    let fieldName: String
    let fieldValue: String
    let subject: String
    let subjectHref: String?
    let kind: String
    let state: String
    let isUndecided: Bool
    let userName: String?
    let userHref: String?
    let causes: [String]
    let decided: String?

    init(_ item: RoundItem, isSigned: Bool, _ addresses: PageAddresses) {
      let standing = RowStanding(item)
      subject = DisplayText.safe(item.name)
      switch item.subject {
      case .row(let key):
        (fieldName, fieldValue) = ("row", key.description)
        kind = item.facts.status?.rawValue ?? ""
        subjectHref = addresses.href(ofRow: key)
      case .vanishedLink(let guid):
        (fieldName, fieldValue) = ("row", guid.description)
        (kind, subjectHref) = ("Vanished link", nil)
      case .unclaimedUser(let name):
        (fieldName, fieldValue) = ("user", item.userName ?? name)
        (kind, subjectHref) = ("Unclaimed user", nil)
      }
      state = item.facts.state
      isUndecided = item.mark == .undecided
      userName = PageWords.safe(item.userName)
      userHref = item.userName.map { addresses.href(ofUser: $0) }
      causes = standing.causes
      decided =
        standing.decided
        ?? (item.mark == .bySignature
          ? isSigned ? "Confirmed by the signature" : "Needs none" : nil)
    }
  }

  let frame: PageFrame
  let facts: [Fact]
  let bar: RoundBar?
  let isOpen: Bool
  let evidenceHref: String?
  let review: String
  /// The last change that is shown, and how many are undecided.
  let seen: String
  let undecided: String
  let signAction: String
  let abandonAction: String
  let decideAction: String
  let back: String
  let hasUndecided: Bool
  let signLabel: String
  let decision: DecisionFields
  let hasOthers: Bool
  let others: [Row]
  let hasList: Bool
  let shows: [PageLink]
  let rowsText: String
  let rows: [Row]
  let hasRows: Bool
  let table: Pages
  let hasChanges: Bool
  let changes: [ChangeRow]
}
