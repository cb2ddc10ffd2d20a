internal import Administration
internal import Authorization
internal import HTTPTypes
internal import Hummingbird
internal import TenantCore

/// Application Management > Monitoring > Reviews: rounds of review.
struct ReviewsPages: Sendable {
  let pages: Pages

  /// The longest statement.
  private static let longestStatement = 4096

  func add(to router: Router<WebContext>) {
    let path = "/" + PageSection.reviews.path
    pages.page(router, path, "reviews list") { visit in
      try visit.answer(try await Self.list(visit))
    }
    pages.page(router, path + "/:review", "reviews show") { visit in
      try await RoundPage(visit, try Self.number(visit)).answer()
    }
    pages.page(router, path + "/:review/evidence.zip", "reviews evidence") { visit in
      try await visit.authorized.evidenceDownload(ofReview: try Self.number(visit))
    }
    pages.form(router, path + "/open", "reviews open") { visit, form in
      try await Self.change(visit, back: visit.back(form, else: PageSection.reviews.path)) {
        let round = try await visit.authorized.session.openReview(at: visit.now).round
        return (round, "Review \(round.number) is open.")
      }
    }
    pages.form(router, path + "/sign", "reviews sign") { visit, form in
      try await Self.change(visit, back: visit.back(form, else: PageSection.reviews.path)) {
        guard let statement = form["statement"], statement.count <= Self.longestStatement
        else {
          throw WebFailure(
            .unprocessableContent,
            "a signature needs a statement of at most \(Self.longestStatement) characters")
        }
        let round = try await visit.authorized.session.signReview(
          Self.number(form), statement: statement, allowUndecided: form.isYes("allowUndecided"),
          undecided: form["undecided"].flatMap { Int($0) } ?? 0, at: visit.now)
        return (round, "Review \(round.number) is signed.")
      }
    }
    pages.form(router, path + "/abandon", "reviews abandon") { visit, form in
      try await Self.change(visit, back: visit.back(form, else: PageSection.reviews.path)) {
        let round = try await visit.authorized.session.abandonReview(
          Self.number(form), at: visit.now)
        return (round, "Review \(round.number) is abandoned.")
      }
    }
  }

  /// Does something to a round and tells it on the round's page; what is refused is told where one was.
  private static func change(
    _ visit: PageVisit, back: String,
    _ work: () async throws -> (round: ReviewRound, words: String)
  ) async throws -> Response {
    do {
      let done = try await work()
      return visit.redirect(
        visit.href("\(PageSection.reviews.path)/\(done.round.number)"),
        Flash(tone: .good, text: done.words))
    } catch {
      let failure = WebFailure(error)
      guard failure.status.code < 500 else { throw error }
      return visit.redirect(back, Flash(tone: .bad, text: failure.onPage.asSentence))
    }
  }

  private static func number(_ visit: PageVisit) throws -> Int64 {
    guard let number = Int64(try visit.parameter("review")), number > 0 else {
      throw WebFailure.notFound
    }
    return number
  }

  /// The round that a form is about.
  private static func number(_ form: FormFields) -> Int64? {
    form["review"].flatMap { Int64($0) }
  }

  private static func list(_ visit: PageVisit) async throws -> ReviewsPageValues {
    let session = visit.authorized.session
    let rounds = try await session.reviewRounds()
    let key = try await session.reviewPublicKey()
    let hasSnapshot = try await session.head() != nil
    let table = try await visit.authorized.parts.tables.attention(
      session, at: visit.now, onlyOpen: true)
    return ReviewsPageValues(
      frame: visit.frame(
        PageSection.reviews.title,
        crumbs: PageSection.reviews.place + [(PageSection.reviews.title, nil)]),
      canOpen: hasSnapshot && !rounds.contains { $0.state == .open },
      openAction: visit.href(PageSection.reviews.path + "/open"),
      bar: RoundBar(table, visit.addresses), hasRows: !rounds.isEmpty,
      hasSnapshot: hasSnapshot, publicKey: key, tenant: visit.tenant.name,
      rows: rounds.reversed().map { ReviewsPageValues.Row($0, visit.addresses) })
  }
}

/// What the page of all rounds is filled with.
struct ReviewsPageValues: PageValues {
  static let template = "reviews"

  /// A round.
  struct Row: Sendable {
    let reviewText: String
    let reviewHref: String
    let roundState: String
    let isOpen: Bool
    let opened: PageTime
    let openedBy: String
    let closed: PageTime?
    let closedBy: String
    let rowsText: String
    let undecidedText: String
    let evidenceHref: String?

    init(_ round: ReviewRound, _ addresses: PageAddresses) {
      let counts = round.signature?.details.counts
      reviewText = "Review \(round.number)"
      reviewHref = addresses.href("\(PageSection.reviews.path)/\(round.number)")
      roundState = round.state.rawValue
      isOpen = round.state == .open
      opened = PageTime(round.opened.at)
      openedBy = DisplayText.safe(round.opened.actor)
      closed = round.closed.map { PageTime($0.at) }
      closedBy = DisplayText.safe(round.closed?.actor ?? "")
      rowsText = counts.map { PageWords.count($0.total) } ?? ""
      undecidedText = counts.map { PageWords.count($0.undecided) } ?? ""
      evidenceHref = round.state == .signed ? reviewHref + "/evidence.zip" : nil
    }
  }

  let frame: PageFrame
  let canOpen: Bool
  let openAction: String
  let bar: RoundBar?
  let hasRows: Bool
  let hasSnapshot: Bool
  let publicKey: String?
  let tenant: String
  let rows: [Row]
}
