internal import Administration
internal import HTTPTypes
internal import Hummingbird
internal import TenantCore

/// Rounds of review: open, look, decide, sign, abandon, evidence (V1 to V7).
struct RoundAPI: Sendable {
  let api: APIRoutes

  /// The longest statement.
  static let longestStatement = 4096

  func add(to router: Router<WebContext>) {
    api.on(router, .get, "/reviews", "reviews list") { call in
      _ = try call.query()
      return try call.answer(
        ReviewRoundsAnswer(
          tenant: call.tenant.name, try await call.authorized.session.reviewRounds()))
    }
    api.on(router, .post, "/reviews", "reviews open") { call in
      _ = try call.query()
      let round = try await call.authorized.session.openReview(at: call.now)
      return try call.answer(
        ReviewRoundAnswer(round.round, counts: round.counts), status: .created,
        headers: [.location: call.address("/reviews/\(round.round.number)")])
    }
    api.on(router, .get, "/reviews/key", "reviews key") { call in
      _ = try call.query()
      return try call.answer(
        ReviewKeyAnswer(
          tenant: call.tenant.name,
          publicKey: try await call.authorized.session.reviewPublicKey()))
    }
    api.on(router, .get, "/reviews/:review", "reviews show", show)
    api.on(router, .post, "/reviews/:review/decisions", "reviews decide", decide)
    api.on(router, .post, "/reviews/:review/signature", "reviews sign") { call in
      _ = try call.query()
      let body = try await JSONBody(
        call.request, known: ["statement", "allowUndecided", "undecided"])
      let statement = try body.neededText("statement", longest: Self.longestStatement)
      let allowUndecided = try body.flag("allowUndecided") ?? false
      let undecided = try body.number("undecided").map { Int($0) }
      let round = try await call.authorized.session.signReview(
        try await call.reviewNumber(), statement: statement, allowUndecided: allowUndecided,
        undecided: undecided, at: call.now)
      return try call.answer(ReviewRoundAnswer(round))
    }
    api.on(router, .post, "/reviews/:review/abandon", "reviews abandon") { call in
      _ = try call.query()
      let round = try await call.authorized.session.abandonReview(
        try await call.reviewNumber(), at: call.now)
      return try call.answer(ReviewRoundAnswer(round))
    }
    api.on(router, .get, "/reviews/:review/evidence", "reviews evidence") { call in
      _ = try call.query()
      return try await call.authorized.evidenceDownload(ofReview: try await call.reviewNumber())
    }
  }

  private func show(_ call: APICall) async throws -> Response {
    let fields = try call.query(.word("show"), .page, .size)
    let show = try RoundShow(fields)
    let place = try TablePlace(fields)
    let number = try await call.reviewNumber()
    let window = RoundWindow(place)
    let standing = try await call.authorized.session.reviewStanding(number, at: call.now) {
      show.includes($0) && window.includesNext()
    }
    let count = window.count
    let page = PageAnswer(
      place, .exact(count), hasMore: place.offset + place.size < count)
    return try call.taggedAnswer(
      RoundStandingAnswer(tenant: call.tenant.name, standing, page: page))
  }

  private func decide(_ call: APICall) async throws -> Response {
    _ = try call.query()
    let body = try await JSONBody(
      call.request,
      known: ["rows", "logins", "users", "decision", "note", "until", "for", "seen", "dryRun"])
    let targets =
      try LinkAPI.rows(body)
      + body.texts("logins", longest: LinkAPI.longestName).map(LinkTarget.login)
      + body.texts("users", longest: LinkAPI.longestName).map(LinkTarget.user)
    guard !targets.isEmpty else {
      throw WebFailure(.badRequest, "'rows', 'logins' or 'users' must name at least one")
    }
    guard targets.count <= LinkAPI.most else {
      throw WebFailure(.badRequest, "at most \(LinkAPI.most) rows, logins and users at once")
    }
    let wish = try Self.wish(body, at: call.now)
    let dryRun = try body.flag("dryRun") ?? false
    let done = try await call.authorized.session.decide(
      targets, wish, dryRun: dryRun, review: try await call.reviewNumber(),
      seen: try body.number("seen"), at: call.now)
    return try call.answer(DecidedAnswer(dryRun: dryRun, done: done))
  }

  private static func wish(_ body: JSONBody, at moment: Timestamp) throws -> ReviewDecision.Wish {
    // In UTF-8 no longer than what a decision may have.
    let longest = ReviewDecision.Wish.maximumTextBytes / 4
    let name = try body.neededText("decision", longest: 64)
    guard let kind = ReviewDecision.Kind(rawValue: name) else {
      throw FormFields.unknown(
        "decision", name, known: ReviewDecision.Kind.allCases.map(\.rawValue))
    }
    let until = try body.text("until", longest: 64).map { text in
      guard let day = Day(text) else {
        throw WebFailure(.badRequest, "'until' is no day; write it as 2026-12-31")
      }
      guard !day.isOver(at: moment) else {
        throw WebFailure(.conflict, "the day '\(day)' is over", kind: "usage")
      }
      return day
    }
    return ReviewDecision.Wish(
      kind, note: try body.text("note", longest: longest), until: until,
      assignee: try body.text("for", longest: longest))
  }
}

extension APICall {
  /// What the service's clock shows.
  var now: Timestamp { authorized.parts.clock.date() }

  /// The round that the path names.
  fileprivate func reviewNumber() async throws -> Int64 {
    let text = try parameter("review")
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text),
      try await authorized.session.reviewRounds().contains(where: { $0.number == number })
    else { throw APIProblem.nothingHere }
    return number
  }
}
