internal import Administration
internal import Authorization
internal import Foundation
internal import Hummingbird
internal import NIOCore
internal import TenantCore

/// Application Management > Monitoring > Active Directory Sync.
struct SyncPages: Sendable {
  let pages: Pages

  func add(to router: Router<WebContext>) {
    pages.page(router, "/active-directory-sync", "review") { visit in
      let query = try ReviewQuery(
        FormFields(queryOf: visit.request), domains: visit.tenant.directories.map(\.domain))
      // Before the rows: what changes in between counts as not seen.
      let seen = try await visit.authorized.session.lastRowChange()
      let listing = try await visit.authorized.review(query, orLastPage: true)
      let page = try await SyncPage(visit: visit, listing: listing, seen: seen)
      return try visit.answer(page.values)
    }
    for format in SnapshotDownload.formats {
      pages.page(
        router, "/active-directory-sync/export.\(format)", "export"
      ) { visit in
        try await SnapshotDownload(authorized: visit.authorized, format: format).response()
      }
    }
    pages.page(router, "/active-directory-sync/rows/:row", "explain") { visit in
      try await RowPage(visit, try visit.row()).answer()
    }
    pages.page(router, "/active-directory-sync/rows/:row/explanation", "explain") { visit in
      let key = try visit.row()
      let lines = try await visit.authorized.session.explanation(
        of: key, naming: PageRemedy.buttons)
      let frame = visit.frame(
        "Explanation",
        crumbs: PageSection.sync.place + [
          (PageSection.sync.title, visit.href(PageSection.sync.path)),
          ("Why", visit.href(ofRow: key)), ("Explanation", nil),
        ])
      return try visit.answer(
        ExplanationPageValues(
          frame: frame, lines: lines.map { PageWords.sentence(DisplayText.safe($0)) },
          rowHref: visit.href(ofRow: key)))
    }
    pages.form(router, "/sync", "sync") { visit, form in
      let back = visit.back(form, else: PageSection.sync.path)
      let before = (try? await visit.authorized.session.revision().run) ?? 0
      do {
        try await visit.authorized.sync(allowLargeChange: form.isYes("allowLargeChange"))
      } catch {
        return visit.redirect(back, Flash(tone: .bad, text: WebFailure(error).onPage.asSentence))
      }
      return visit.redirect(RunEnded.address(back, after: before))
    }
    pages.page(router, "/sync/progress", "review") { visit in
      let progress = await visit.authorized.progress()
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try AnswerEncoder.bytes(progress))))
    }
  }
}

/// What the page of a row's whole explanation shows.
struct ExplanationPageValues: PageValues {
  static let template = "explanation"

  let frame: PageFrame
  let lines: [String]
  let rowHref: String
}

extension String {
  /// The text as a sentence: with a capital letter and a full stop.
  var asSentence: String {
    let text = prefix(1).uppercased() + dropFirst()
    return text.hasSuffix(".") || text.hasSuffix("…") || text.isEmpty ? text : text + "."
  }
}
