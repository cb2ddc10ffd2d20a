internal import PluginContract

/// What has no row: each section only if there is something to tell.
struct PageTail {
  private let summary: ExportSummary

  init(_ summary: ExportSummary) { self.summary = summary }

  func write(to html: inout HTMLBytes) {
    SummaryTable(
      id: "links", title: "Vanished links",
      columns: [
        ("Active Directory Login", "m"), ("User", "m"), ("State", ""), ("Object GUID", "w"),
      ]
    ).write(
      summary.vanishedLinks.lazy.map {
        ["\($0.domain)\\\($0.login)", $0.userName, $0.state, $0.objectGUID]
      }, to: &html)
    SummaryTable(
      id: "unclaimed", title: "Unclaimed users of the application",
      columns: [("User", "w")]
    ).write(summary.unclaimed.lazy.map { [$0] }, to: &html)
    SummaryTable(
      id: "findings", title: "Findings",
      columns: [("Finding", ""), ("About", "m"), ("Message", "w")]
    ).write(summary.findings.lazy.map { [$0.code, $0.subject ?? "", $0.message] }, to: &html)
    html.raw("</main>\n")
    if let failure = summary.lastFailure { write(failure, to: &html) }
    html.raw(
      """
      <footer><p>This file holds personal data. It has all directory users, whatever the \
      filter.</p></footer>
      </body>
      </html>

      """)
  }

  /// Known at the end only; the style sheet shows it below the title (R3).
  private func write(_ failure: ExportSummary.Failure, to html: inout HTMLBytes) {
    html.raw("<aside class=\"notice\" aria-label=\"Notice\">\n")
    html.raw("<p><strong>A later run failed</strong> (run ")
    html.text(String(failure.run))
    html.raw(", ")
    html.time(failure.at)
    html.raw("). The users below are those of the run before.</p>\n")
    // A failure may gather several, one a line.
    for line in failure.message.split(whereSeparator: \.isNewline) {
      html.raw("<p>")
      html.text(String(line))
      html.raw("</p>\n")
    }
    html.raw("</aside>\n")
  }
}
