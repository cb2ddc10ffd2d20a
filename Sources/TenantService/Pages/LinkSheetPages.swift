internal import Administration
internal import Hummingbird
internal import TenantCore

/// Links from a spreadsheet: sent, looked at, done; and undone.
struct LinkSheetPages: Sendable {
  let pages: Pages

  /// The longest spreadsheet: some 5,000 lines. The preview's form carries it on.
  static let longestSheet = 512 << 10
  /// The longest form: each byte of the sheet may take three in it.
  private static let longestForm = 2 << 20
  private static let path = "links/import"

  func add(to router: Router<WebContext>) {
    pages.page(router, "/links/import", "links import") { visit in
      try visit.answer(Self.page(visit, sheet: "", problem: nil))
    }
    pages.form(router, "/links/import", "links import", upTo: Self.longestForm) { visit, form in
      let bytes = form.files["file"] ?? Array((form.exact("sheet") ?? "").utf8)
      guard !bytes.allSatisfy({ $0 <= 0x20 }) else {
        return try visit.answer(
          Self.page(visit, sheet: "", problem: "Choose a file, or paste its lines."))
      }
      guard bytes.count <= Self.longestSheet else {
        throw WebFailure(
          .contentTooLarge,
          "a spreadsheet may have at most \(Self.longestSheet >> 10) KiB here; split it, or use the API or "
            + "the command line")
      }
      return try await Self.answer(visit, form, bytes)
    }
    pages.form(router, "/links/undo", "links undo") { visit, form in
      let changes = LinkChangesPreview(
        visit: visit, form: form, title: "Undo", action: "links/undo", confirmLabel: "Undo",
        hidden: [])
      let named = try form["request"].map { text in
        guard let number = Int64(text) else {
          throw WebFailure(.badRequest, "there is no such request")
        }
        return number
      }
      return try await changes.answer { dryRun in
        try await visit.authorized.session.undoLinks(
          request: named, reason: try LinkPages.reason(form), dryRun: dryRun)
      }
    }
  }

  private static func answer(
    _ visit: PageVisit, _ form: FormFields, _ bytes: [UInt8]
  ) async throws -> Response {
    // As text, so that a form can carry it; what is no text is refused with its line.
    let text = (try? TextFile(bytes)).map { String(decoding: $0.utf8, as: UTF8.self) }
    let preview = LinkChangesPreview(
      visit: visit, form: form, title: "Links from a spreadsheet", action: path,
      confirmLabel: "Do all of it",
      hidden: [ConfirmPageValues.Field(name: "sheet", value: text ?? "")])
    do {
      return try await preview.answer { dryRun in
        try await visit.authorized.session.changeLinks(
          sheet: bytes, named: "sheet", reason: try LinkPages.reason(form), dryRun: dryRun)
      }
    } catch let error as SheetError {
      return try visit.answer(page(visit, sheet: text ?? "", problem: nil, error))
    }
  }

  private static func page(
    _ visit: PageVisit, sheet: String, problem: String?, _ error: SheetError? = nil
  ) -> LinkSheetPageValues {
    let problems = error?.problems ?? []
    let more = problems.count - LinkSheetPageValues.most
    return LinkSheetPageValues(
      frame: visit.frame(
        "Links from a spreadsheet",
        crumbs: PageSection.sync.place + [
          (PageSection.sync.title, visit.href(PageSection.sync.path)),
          ("Links from a spreadsheet", nil),
        ]),
      action: visit.href(path), undoAction: visit.href("links/undo"), sheet: sheet,
      problem: problem
        ?? (problems.isEmpty
          ? nil
          : "Nothing was changed, because \(PageWords.count(problems.count, "line")) cannot be done:"),
      hasProblems: !problems.isEmpty,
      problems: problems.prefix(LinkSheetPageValues.most).map {
        DisplayText.safe("line \($0.line): \($0.message)").asSentence
      }, moreText: more > 0 ? "and \(PageWords.count(more)) more" : nil)
  }
}

/// What a whole request would do, and then does.
private struct LinkChangesPreview: Sendable {
  let visit: PageVisit
  let form: FormFields
  let title: String
  /// Where the form goes.
  let action: String
  let confirmLabel: String
  let hidden: [ConfirmPageValues.Field]

  /// Does it if it was confirmed, else shows what would be done.
  func answer(_ work: (_ dryRun: Bool) async throws -> LinkChanges) async throws -> Response {
    let back = visit.href(PageSection.sync.path)
    do {
      guard form.isYes("confirm") else {
        return try visit.answer(values(try await work(true), back))
      }
      let done = try await work(false)
      return visit.redirect(
        back, Flash(tone: .good, text: "\(Self.words(done)).", undo: visit.href("links/undo")))
    } catch let error as LinkEditError {
      return try visit.answer(
        ChangePreview.failure(error, frame: frame, backHref: back))
    }
  }

  private var frame: PageFrame {
    visit.frame(title, crumbs: PageSection.sync.place + [(title, nil)])
  }

  private static func words(_ changes: LinkChanges) -> String {
    let counts = [
      (LinkWish.Action.link, "linked"), (.unlink, "unlinked"), (.relink, "linked again"),
    ].compactMap { action, word in
      changes.counts[action].map { "\(PageWords.count($0)) \(word)" }
    }
    return counts.isEmpty ? "Nothing was to be done" : counts.joined(separator: ", ")
  }

  private func values(_ changes: LinkChanges, _ back: String) -> ConfirmPageValues {
    let most = ChangePreview.most
    let request = changes.request.map { [ConfirmPageValues.Field(name: "request", value: "\($0)")] }
    let more = max(0, changes.unlinked.count - most) + max(0, changes.pairs.count - most)
    return ConfirmPageValues(
      frame: frame, lead: "Would be done: \(Self.words(changes)).",
      hasSentences: !changes.unlinked.isEmpty,
      sentences: changes.unlinked.prefix(most).map { DisplayText.safe($0) },
      hasPairs: !changes.pairs.isEmpty,
      pairs: changes.pairs.prefix(most).map(ConfirmPageValues.Pair.init),
      moreText: more > 0 ? "and \(PageWords.count(more)) more" : nil,
      common: changes.common.map { DisplayText.safe($0).asSentence }, warning: nil,
      action: visit.href(action), hidden: hidden + (request ?? []), reason: form["reason"] ?? "",
      isDanger: changes.counts[.unlink] != nil, confirmLabel: confirmLabel, backHref: back)
  }
}

/// What the page is filled with to which a spreadsheet is sent.
struct LinkSheetPageValues: PageValues {
  static let template = "link-sheet"
  /// The most wrong lines that are shown.
  static let most = 50

  let frame: PageFrame
  let action: String
  let undoAction: String
  /// What was sent, to be corrected.
  let sheet: String
  let problem: String?
  let hasProblems: Bool
  let problems: [String]
  /// How many are not shown; nil if all are.
  let moreText: String?
}
