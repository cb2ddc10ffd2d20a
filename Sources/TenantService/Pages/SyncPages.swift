internal import Authorization
internal import Foundation
internal import Hummingbird
internal import NIOCore
internal import TenantCore
internal import Workbench

/// Application Management > Monitoring > Active Directory Sync.
struct SyncPages: Sendable {
  let pages: Pages

  func add(to router: Router<WebContext>) {
    pages.page(router, "/active-directory-sync", "review") { visit in
      let query = try ReviewQuery(
        FormFields(queryOf: visit.request), domains: visit.tenant.directories.map(\.domain))
      let store = try await visit.administration.store()
      let listing = try await visit.administration.review(query, store)
      let page = try await SyncPage(visit: visit, listing: listing, store: store)
      return try visit.answer("sync", page.values())
    }
    for format in SnapshotDownload.formats {
      pages.page(
        router, "/active-directory-sync/export.\(format)", "export"
      ) { visit in
        try await SnapshotDownload(administration: visit.administration, format: format).response()
      }
    }
    pages.page(router, "/active-directory-sync/rows/:row", "explain") { visit in
      try await RowPage(visit, try visit.row()).answer()
    }
    pages.page(router, "/active-directory-sync/rows/:row/explanation", "explain") { visit in
      let key = try visit.row()
      let lines = try await visit.administration.explanation(of: key)
      let values = visit.frame(
        "Explanation",
        crumbs: PageSection.sync.place + [
          (PageSection.sync.title, visit.href(PageSection.sync.path)),
          ("Why", visit.href(ofRow: key)), ("Explanation", nil),
        ])
      return try visit.answer(
        "explanation",
        values.with([
          "lines": lines.map { DisplayText.safe($0) }, "backHref": visit.href(ofRow: key),
          "backLabel": "Back to the row",
        ]))
    }
    pages.form(router, "/sync", "sync") { visit, form in
      let back = visit.back(form, else: PageSection.sync.path)
      do {
        try await visit.administration.sync(allowLargeChange: form.isYes("allowLargeChange"))
      } catch {
        return visit.redirect(back, Flash(tone: .bad, text: WebFailure(error).message.asSentence))
      }
      return visit.redirect(back)
    }
    pages.page(router, "/sync/progress", "review") { visit in
      let progress = await RunProgressAnswer(visit.administration)
      return try progress.response()
    }
  }
}

/// How far a run is, for a script: `{running, phase, count, run, message}`.
struct RunProgressAnswer: Sendable {
  let isRunning: Bool
  let entry: RunProgressBoard.Entry
  let run: Int64?

  init(_ administration: TenantAdministration) async {
    isRunning = await administration.isRunning()
    entry = administration.parts.progress.entry(of: administration.tenant.name)
    run = try? await administration.store().revision().run
  }

  var object: [String: Any] {
    [
      "running": isRunning, "phase": HistoryJSON.orNull(isRunning ? entry.phase : nil),
      "count": isRunning ? entry.count : 0, "run": HistoryJSON.orNull(run),
      "message": HistoryJSON.orNull(isRunning ? nil : entry.message),
    ]
  }

  func response() throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: try JSONAnswer.text(object))))
  }
}

extension String {
  /// The text as a sentence: with a capital letter and a full stop.
  var asSentence: String {
    let text = prefix(1).uppercased() + dropFirst()
    return text.hasSuffix(".") || text.hasSuffix("…") || text.isEmpty ? text : text + "."
  }
}
