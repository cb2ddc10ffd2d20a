internal import Administration
internal import Authorization
internal import Hummingbird
internal import TenantCore

/// What became of the run that somebody asked for, above the new table.
struct RunEnded: Sendable {
  /// The field of an address by which the page knows that somebody waits for a run: the number of the latest
  /// run before it.
  static let field = "after"

  let lead: String
  let text: String
  let run: String
  let runHref: String
  /// Nil if the run changed nothing.
  let changesHref: String?

  /// Nil if nobody waits for a run, or it has not ended yet, or did not complete: of that a warning tells.
  init?(_ visit: PageVisit, _ runs: [RunRecord], isRunning: Bool) {
    guard !isRunning, let last = runs.first, last.outcome == .complete,
      let before = FormFields(queryOf: visit.request)[Self.field].flatMap({ Int64($0) }),
      last.id > before
    else { return nil }
    let changes = [
      (last.newLinks, "new link"), (last.updatedUsers, "updated user"),
      (last.vanishedLinks.count, "vanished link"), (last.findings.count, "finding"),
    ]
    lead = "Run \(last.id) is complete."
    text =
      "\(PageWords.count(last.counts.total, "AD user")), "
      + "\(PageWords.count(last.counts[Status.matched])) matched; "
      + changes.map { PageWords.count($0.0, $0.1) }.joined(separator: ", ")
      + ". It took \(last.durationText)."
    run = "Run \(last.id)"
    runHref = visit.href("history/runs/\(last.id)")
    changesHref =
      last.newLinks + last.updatedUsers > 0 ? visit.href("history/changes") : nil
  }

  /// Where the browser goes that asked for a run.
  ///
  /// - Parameter back: a page of the tenant, with or without a query.
  static func address(_ back: String, after run: Int64) -> String {
    let parts = back.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let kept = (parts.count > 1 ? parts[1] : "").split(separator: "&")
      .filter { !$0.hasPrefix("\(field)=") }
    return "\(parts[0])?" + (kept + ["\(field)=\(run)"]).joined(separator: "&")
  }
}
