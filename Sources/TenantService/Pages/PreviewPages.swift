internal import Administration
internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import TenantCore

/// What a run would do, before it is made or allowed (S6, T3).
struct PreviewPages: Sendable {
  let pages: Pages

  static let path = "sync/preview"

  func add(to router: Router<WebContext>) {
    pages.page(router, "/\(Self.path)", "sync") { visit in
      try visit.answer(
        PreviewPage(visit: visit, entry: try await visit.authorized.preview()).values)
    }
    pages.form(router, "/\(Self.path)", "sync") { visit, _ in
      do {
        try await visit.authorized.beginPreview()
      } catch {
        return visit.redirect(
          visit.href(PageSection.sync.path),
          Flash(tone: .bad, text: WebFailure(error).onPage.asSentence))
      }
      return visit.redirect(visit.href(Self.path))
    }
    pages.page(router, "/\(Self.path)/progress", "sync") { visit in
      let progress = try await visit.authorized.previewAnswer()
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try AnswerEncoder.bytes(progress))))
    }
  }
}

/// The page of a preview.
struct PreviewPage {
  let visit: PageVisit
  /// Nil if none was made, or what it says is over.
  let entry: RunPreviews.Entry?

  private static let title = "Preview of a run"

  var values: PreviewPageValues {
    let preview = entry?.preview
    return PreviewPageValues(
      frame: visit.frame(
        Self.title,
        crumbs: PageSection.sync.place + [
          (PageSection.sync.title, visit.href(PageSection.sync.path)), (Self.title, nil),
        ]),
      running: running,
      failure: entry?.isRunning == true
        ? nil : PageWords.safe(entry?.failure?.message)?.asSentence,
      canPreview: entry?.isRunning != true, isAgain: preview != nil,
      syncPageHref: visit.href(PageSection.sync.path), previewAction: visit.href(PreviewPages.path),
      syncAction: visit.href("sync"),
      preview: preview.map { values($0) })
  }

  private var running: SyncPageValues.Progress? {
    guard let entry, let phase = entry.phase else { return nil }
    return SyncPageValues.Progress(
      progressHref: visit.href("\(PreviewPages.path)/progress"), phase: phase,
      countText: entry.count > 0 ? PageWords.count(entry.count) : "",
      refreshHref: visit.href(PreviewPages.path))
  }

  private func values(_ preview: RunPreview) -> PreviewPageValues.Preview {
    let after = preview.after
    return PreviewPageValues.Preview(
      time: PageTime(preview.at), isRefused: !preview.refusals.isEmpty,
      refusals: preview.refusals.map { DisplayText.safe($0).asSentence },
      counts: [
        count("All users", preview.before?.total, after.total),
        count("Matched", preview.before?[.matched], after[.matched]),
        count("Not Matched", preview.before?[.notMatched], after[.notMatched]),
      ],
      people: [
        people(
          "Would vanish", preview.vanishing,
          "No longer read from the directory. The users stay as they are, and so do their links."),
        people(
          "Would no longer be matched", preview.unmatching, "Matched now, and not after the run."),
        people("Would be linked", preview.linking, "Linked by the run."),
      ],
      updates: updates(preview))
  }

  private func count(_ label: String, _ before: Int?, _ after: Int) -> PreviewPageValues.Count {
    PreviewPageValues.Count(
      label: label, before: before.map { PageWords.count($0) } ?? "none",
      after: PageWords.count(after))
  }

  private func people(
    _ title: String, _ listed: RunPreview.Listed<RunPreview.Pair>, _ meaning: String
  ) -> PreviewPageValues.People {
    PreviewPageValues.People(
      title: title, countText: PageWords.count(listed.count), hasAny: listed.count > 0,
      meaning: meaning,
      pairs: listed.first.map {
        PreviewPageValues.Pair(
          account: DisplayText.safe($0.account), userName: PageWords.safe($0.userName),
          userHref: $0.userName.map { visit.href(ofUser: $0) })
      },
      moreText: Self.more(listed))
  }

  private func updates(_ preview: RunPreview) -> PreviewPageValues.Updates {
    PreviewPageValues.Updates(
      countText: PageWords.count(preview.updating.count), hasAny: preview.updating.count > 0,
      users: preview.updating.first.map { update in
        PreviewPageValues.Update(
          userName: DisplayText.safe(update.userName),
          userHref: visit.href(ofUser: update.userName),
          isOnlyLocked: update.fields.isEmpty,
          fields: update.fields.map {
            ChangeRow.Field(
              field: PageWords.label($0.field), old: PageWords.safe($0.old),
              new: PageWords.safe($0.new))
          })
      },
      moreText: Self.more(preview.updating))
  }

  private static func more<Element>(_ listed: RunPreview.Listed<Element>) -> String? {
    let more = listed.count - listed.first.count
    return more > 0 ? "and \(PageWords.count(more)) more" : nil
  }
}

/// What the page of a preview is filled with.
struct PreviewPageValues: PageValues {
  static let template = "preview"

  /// A number of now, and of then.
  struct Count: Sendable {
    let label: String
    let before: String
    let after: String
  }

  /// A directory user, and the user whom it is, was or would be linked to.
  struct Pair: Sendable {
    let account: String
    let userName: String?
    let userHref: String?
  }

  /// A list of directory users.
  struct People: Sendable {
    let title: String
    let countText: String
    let hasAny: Bool
    let meaning: String
    let pairs: [Pair]
    let moreText: String?
  }

  /// A user whose values would change.
  struct Update: Sendable {
    let userName: String
    let userHref: String
    /// True if nothing but the lock of the Windows login changes.
    let isOnlyLocked: Bool
    let fields: [ChangeRow.Field]
  }

  /// The users whose values would change.
  struct Updates: Sendable {
    let countText: String
    let hasAny: Bool
    let users: [Update]
    let moreText: String?
  }

  /// What a run would do.
  struct Preview: Sendable {
    let time: PageTime
    let isRefused: Bool
    let refusals: [String]
    let counts: [Count]
    let people: [People]
    let updates: Updates
  }

  let frame: PageFrame
  let running: SyncPageValues.Progress?
  let failure: String?
  let canPreview: Bool
  let isAgain: Bool
  let syncPageHref: String
  let previewAction: String
  let syncAction: String
  let preview: Preview?
}
