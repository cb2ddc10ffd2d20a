internal import Administration
internal import Authorization
internal import Crypto
internal import Foundation
internal import Hummingbird
internal import PluginContract
internal import TenantCore

/// Decides on rows, vanished links and unclaimed users of the open round of review.
struct DecidePages: Sendable {
  let pages: Pages

  static let path = "reviews/decide"

  func add(to router: Router<WebContext>) {
    pages.form(router, "/" + Self.path, "reviews decide") { visit, form in
      try await Deciding(visit: visit, form: form).answer()
    }
  }
}

/// One form with a decision.
private struct Deciding {
  /// Sentences that are shown.
  private static let most = 50

  let visit: PageVisit
  let form: FormFields

  private var back: String { visit.back(form, else: PageSection.reviews.path) }

  func answer() async throws -> Response {
    do {
      return try await decide()
    } catch let failure as Failure where failure.kind == .notAvailable || failure.kind == .usage {
      let words = failure.message.split(separator: "\n").prefix(5).joined(separator: "; ")
      return visit.redirect(
        back,
        Flash(tone: .bad, text: PageRemedy.sentence(words, failure.remedy).asSentence))
    }
  }

  private func decide() async throws -> Response {
    let chosen = try await ChosenRows(form, visit, isMatched: false, most: LinkPages.most)
    if let problem = chosen.problem { return visit.redirect(back, problem) }
    let decision = try TypedDecision(form, at: visit.now)
    if let problem = decision.problem {
      return try visit.answer(values(chosen, problem: problem, sentences: []))
    }
    // What fits a filter is shown first, and again if that is not what was shown.
    let isShown = form.isYes("confirm") && form["listed"] == chosen.digest
    guard !chosen.isOfFilter || isShown else {
      // The decision can still be changed there: who is decided on is listed, not what.
      let names = try await run(chosen, decision.wish, dryRun: true).map {
        String($0.dropLast(": \(decision.wish.words)".count))
      }
      let problem =
        form.isYes("confirm")
        ? "Other rows fit the filter than those that were listed. Look at the list again." : nil
      return try visit.answer(values(chosen, problem: problem, sentences: names))
    }
    let done = try await run(chosen, decision.wish, dryRun: false)
    let words =
      done.count == 1
      ? done[0] : "\(PageWords.count(done.count)) rows: \(decision.wish.words)"
    let next = form["next"].flatMap { pages.isLocal($0, of: visit.tenant.name) ? $0 : nil }
    return visit.redirect(next ?? back, Flash(tone: .good, text: words.asSentence))
  }

  private var pages: Pages { visit.pages }

  private func run(
    _ chosen: ChosenRows, _ wish: ReviewDecision.Wish, dryRun: Bool
  ) async throws -> [String] {
    try await visit.authorized.session.decide(
      chosen.targets, wish, dryRun: dryRun, review: form["review"].flatMap { Int64($0) },
      seen: form["seen"].flatMap { Int64($0) } ?? 0, at: visit.now)
  }

  private func values(
    _ chosen: ChosenRows, problem: String?, sentences: [String]
  ) -> DecidePageValues {
    let count = chosen.targets.count
    let more = sentences.count - Self.most
    let names = chosen.isOfFilter ? ["all"] : ["row", "user"]
    let hidden = (names + ["review", "seen", "back", "next"]).flatMap { name in
      form.all(name).map { ConfirmPageValues.Field(name: name, value: $0) }
    }
    let isShown = problem == nil || form.isYes("confirm")
    // Without a list, what was listed stays what it was.
    let listed = sentences.isEmpty ? form["listed"] ?? "" : chosen.digest
    return DecidePageValues(
      frame: visit.frame(
        "Decide",
        crumbs: PageSection.reviews.place + [
          (PageSection.reviews.title, visit.href(PageSection.reviews.path)), ("Decide", nil),
        ]),
      problem: PageWords.safe(problem),
      lead: chosen.isOfFilter
        ? "All \(PageWords.count(count)) rows that fit the filter"
        : PageWords.count(count, "row"),
      sentences: sentences.prefix(Self.most).map { DisplayText.safe($0) },
      moreText: more > 0 ? "and \(PageWords.count(more)) more" : nil,
      action: visit.href(DecidePages.path),
      hidden: hidden + [
        ConfirmPageValues.Field(name: "listed", value: listed),
        ConfirmPageValues.Field(name: "confirm", value: isShown ? "yes" : "no"),
      ],
      decision: DecisionFields(form), decideLabel: "Decide on \(PageWords.count(count, "row"))",
      backHref: back)
  }
}

/// What the page before a decision on many, or after one that lacks something, is filled with.
struct DecidePageValues: PageValues {
  static let template = "decide"

  let frame: PageFrame
  /// What is missing; nil if nothing is.
  let problem: String?
  let lead: String
  let sentences: [String]
  /// How many sentences are not shown; nil if all are.
  let moreText: String?
  let action: String
  let hidden: [ConfirmPageValues.Field]
  let decision: DecisionFields
  let decideLabel: String
  let backHref: String
}

extension ChosenRows {
  /// Another text for other rows, in whatever order they are.
  fileprivate var digest: String {
    let keys = targets.map { target in
      if case .row(let key) = target { key.description } else { "" }
    }
    var hash = SHA256()
    for key in keys.sorted() { hash.update(data: Data((key + "\n").utf8)) }
    return Hex.text(hash.finalize())
  }
}
