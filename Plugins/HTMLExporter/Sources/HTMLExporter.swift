package import PluginContract

/// The plugin: `--format html`, a page to read, filter, print and mail.
package let htmlExporter = ExporterPlugin(
  ExporterDeclaration(
    name: "html", version: "1.0.0",
    summary: "one self-contained page with counts, a chart and a table to filter",
    fileExtension: "html", mediaType: "text/html; charset=utf-8",
    columns: [
      .activeDirectoryLogin, .smtpAddress, .status, .state, .userName, .reasonMessage,
      .reasonNextStep,
    ],
    options: [
      OptionDeclaration(
        "title", .string, default: .string(""),
        "the page's title; without it 'Active Directory Sync – ' and the tenant's name")
    ])
) { HTMLExporter() }

/// Writes the page: head and counts, a table row for each user, what has no row.
struct HTMLExporter: Exporter {
  private var rows = UserRowWriter(columns: [])

  mutating func begin(_ header: ExportHeader) -> [UInt8] {
    rows = UserRowWriter(columns: header.columns)
    var html = HTMLBytes()
    PageHead(header).write(to: &html)
    Overview(header).write(to: &html)
    rows.begin(total: header.matched + header.notMatched, to: &html)
    return html.bytes
  }

  mutating func write(_ batch: RowBatch) -> [UInt8] {
    var html = HTMLBytes()
    html.reserve(batch.count * 320)
    rows.write(batch, to: &html)
    return html.bytes
  }

  mutating func end(_ summary: ExportSummary) -> [UInt8] {
    var html = HTMLBytes()
    rows.end(to: &html)
    PageTail(summary).write(to: &html)
    return html.bytes
  }
}
