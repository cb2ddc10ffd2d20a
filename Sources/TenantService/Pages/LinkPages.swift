internal import Administration
internal import Hummingbird
internal import TenantCore

/// Unlink, Link to…, Allow again: a preview first, then the deed.
struct LinkPages: Sendable {
  let pages: Pages

  /// The most rows at once.
  static let most = 500
  /// The longest reason.
  static let longestReason = 1000

  func add(to router: Router<WebContext>) {
    pages.form(router, "/links/unlink", "unlink") { visit, form in
      if form.isYes("confirm"), let shown = try Self.shown(form) {
        return try await Self.unlink(visit, form, count: shown.count).answer { dryRun in
          try await visit.authorized.session.change(
            try Self.wishes(.unlink, shown, form), dryRun: dryRun)
        }
      }
      let chosen = try await ChosenRows(
        form, visit, isMatched: true, most: Self.most, mostOfFilter: Self.most)
      if let problem = chosen.problem {
        return visit.redirect(visit.back(form, else: PageSection.sync.path), problem)
      }
      let (targets, form) = (chosen.targets, chosen.naming(in: form))
      return try await Self.unlink(visit, form, count: targets.count).answer { dryRun in
        try await visit.authorized.session.unlink(
          targets, reason: try Self.reason(form), dryRun: dryRun)
      }
    }
    pages.form(router, "/links/allow-again", "relink") { visit, form in
      let shown = form.isYes("confirm") ? try Self.shown(form) : nil
      let targets = try shown == nil ? Self.targets(form) : []
      return try await ChangePreview(
        visit: visit, form: form, title: "Allow again", lead: "would be linked again",
        done: "linked again", confirmLabel: "Allow again", isDanger: false,
        action: "links/allow-again", count: shown?.count ?? targets.count, carriesPairs: true
      ).answer { dryRun in
        if let shown {
          return try await visit.authorized.session.change(
            try Self.wishes(.relink, shown, form), dryRun: dryRun)
        }
        return try await visit.authorized.session.relink(
          targets, reason: try Self.reason(form), dryRun: dryRun)
      }
    }
    pages.form(router, "/links/link", "link") { visit, form in
      guard form["several"] == nil || !form.all("pair").isEmpty else {
        return visit.redirect(
          visit.back(form, else: PageSection.sync.path),
          Flash(tone: .bad, text: "Nothing is ticked. Tick at least one row."))
      }
      let pairs = try Self.pairs(form)
      return try await ChangePreview(
        visit: visit, form: form, title: "Link to…", lead: "would be linked", done: "linked",
        confirmLabel: "Link", isDanger: false, action: "links/link", count: pairs.count,
        carriesPairs: true
      ).answer { dryRun in
        try await visit.authorized.session.link(
          pairs, reason: try Self.reason(form), dryRun: dryRun)
      }
    }
  }

  private static func unlink(
    _ visit: PageVisit, _ form: FormFields, count: Int
  ) -> ChangePreview {
    ChangePreview(
      visit: visit, form: form, title: "Unlink", lead: "would be unlinked",
      done: "unlinked", confirmLabel: "Unlink", isDanger: true, action: "links/unlink",
      count: count, carriesPairs: true)
  }

  /// The pairs that a preview showed, which are confirmed as they were; nil if the form has none.
  private static func shown(_ form: FormFields) throws -> [LinkPair]? {
    form.all("pair").isEmpty ? nil : try pairs(form)
  }

  private static func wishes(
    _ action: LinkWish.Action, _ pairs: [LinkPair], _ form: FormFields
  ) throws -> [LinkWish] {
    let reason = try reason(form)
    return pairs.map { LinkWish(action, $0.target, userName: $0.userName, reason: reason) }
  }

  /// The rows and users that a form names.
  private static func targets(_ form: FormFields) throws -> [LinkTarget] {
    let rows = try form.all("row").map { text in
      guard let key = RowKey(text) else { throw WebFailure(.badRequest, "there is no such row") }
      return LinkTarget.row(key)
    }
    let targets = rows + form.all("user").map(LinkTarget.user)
    guard !targets.isEmpty else {
      throw WebFailure(.badRequest, "no row is selected; go back and select at least one")
    }
    guard targets.count <= most else {
      throw WebFailure(.badRequest, "at most \(most) at once")
    }
    return targets
  }

  /// The pairs that a form names: a row and a user's name, or one or more of ``PairField``.
  private static func pairs(_ form: FormFields) throws -> [LinkPair] {
    let ticked = try form.all("pair").map { text in
      guard let pair = PairField(text) else {
        throw WebFailure(.badRequest, "there is no such row")
      }
      return LinkPair(.row(pair.row), to: pair.userName)
    }
    guard ticked.count <= most else { throw WebFailure(.badRequest, "at most \(most) at once") }
    if !ticked.isEmpty { return ticked }
    guard let row = form["row"].flatMap({ RowKey($0) }), let userName = form["userName"] else {
      throw WebFailure(.badRequest, "a row and a user's name are required")
    }
    return [LinkPair(.row(row), to: userName)]
  }

  /// Why; nil if it was not said.
  static func reason(_ form: FormFields) throws -> String? {
    guard let reason = form["reason"] else { return nil }
    guard reason.count <= longestReason else {
      throw WebFailure(.badRequest, "a reason has at most \(longestReason) characters")
    }
    return reason
  }
}

/// The page before a change, and what follows it.
struct ChangePreview: Sendable {
  let visit: PageVisit
  let form: FormFields
  let title: String
  /// `would be unlinked`.
  let lead: String
  /// `unlinked`.
  let done: String
  let confirmLabel: String
  let isDanger: Bool
  /// Where the form goes.
  let action: String
  /// How many it is about.
  let count: Int
  /// What a person should know before.
  var warning: String?
  /// True if the form carries on the pairs that are shown, so that no others are changed.
  var carriesPairs = false

  /// Sentences that are shown.
  static let most = 50

  /// Does it if it was confirmed, else shows what would be done.
  func answer(_ work: (_ dryRun: Bool) async throws -> LinkChanges) async throws -> Response {
    let back = visit.back(form, else: PageSection.sync.path)
    do {
      if form.isYes("confirm") {
        _ = try await work(false)
        let words = count == 1 ? "1 user is \(done)" : "\(PageWords.count(count)) users are \(done)"
        return visit.redirect(
          back, Flash(tone: .good, text: words + ".", undo: visit.href("links/undo")))
      }
      return try visit.answer(values(try await work(true), back))
    } catch let error as LinkEditError {
      return try visit.answer(Self.failure(error, frame: frame, backHref: back))
    }
  }

  private var frame: PageFrame {
    visit.frame(title, crumbs: PageSection.sync.place + [(title, nil)])
  }

  private func values(_ changes: LinkChanges, _ back: String) -> ConfirmPageValues {
    let sentences = changes.unlinked
    let more = max(0, sentences.count - Self.most) + max(0, changes.pairs.count - Self.most)
    return ConfirmPageValues(
      frame: frame, lead: "\(PageWords.count(count, "user")) \(lead):",
      hasSentences: !sentences.isEmpty,
      sentences: sentences.prefix(Self.most).map {
        PageWords.sentence(DisplayText.safe($0))
      },
      hasPairs: !changes.pairs.isEmpty,
      pairs: changes.pairs.prefix(Self.most).map(ConfirmPageValues.Pair.init),
      moreText: more > 0 ? "and \(PageWords.count(more)) more" : nil,
      common: changes.common.map { DisplayText.safe($0).asSentence }, warning: warning,
      action: visit.href(action),
      hidden: hidden(changes),
      reason: form["reason"] ?? "", isDanger: isDanger, confirmLabel: confirmLabel, backHref: back)
  }

  /// What the form carries on.
  private func hidden(_ changes: LinkChanges) -> [ConfirmPageValues.Field] {
    let pairs = changes.named.compactMap { pair in
      if case .row(let row) = pair.target {
        PairField(row: row, userName: pair.userName)
      } else {
        nil
      }
    }
    return (carriesPairs ? pairs.map { ("pair", $0.text) } : [])
      .map { ConfirmPageValues.Field(name: $0, value: $1) }
      + form.all("back").map { ConfirmPageValues.Field(name: "back", value: $0) }
  }

  /// What the page after a change that was refused shows.
  static func failure(
    _ error: LinkEditError, frame: PageFrame, backHref: String
  ) -> DonePageValues {
    DonePageValues(
      frame: frame, lead: "Nothing was changed, because not all of it can be done:",
      sentences: error.problems.prefix(most).map {
        DisplayText.safe(PageRemedy.sentence($0.message, $0.remedy)).asSentence
      },
      backHref: backHref)
  }
}

/// What the page after a change that was refused is filled with.
struct DonePageValues: PageValues {
  static let template = "done"

  let frame: PageFrame
  let lead: String
  let sentences: [String]
  let backHref: String
}
