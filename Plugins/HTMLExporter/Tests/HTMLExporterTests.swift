import Foundation
import HTMLExporter
import PluginContract
import PluginTesting
import Testing

@Suite("html")
struct HTMLExporterTests {
  @Test("a page with counts, chart, filter and a row for each user")
  func standard() throws {
    let bytes = try export(
      htmlExporter, header: ExampleExport.header(), rows: ExampleExport.rows)
    #expect(text(bytes) == text(try Golden.bytes("standard.html")))
  }

  @Test("S5, R3: what has no row stands after the table, a later run that failed above it")
  func summary() throws {
    let bytes = try export(
      htmlExporter, header: ExampleExport.header(title: "Review of November"),
      rows: ExampleExport.rows, summary: ExampleExport.summary)
    #expect(body(bytes) == text(try Golden.bytes("summary-body.html")))
  }

  @Test("R3: a live directory without users says both")
  func empty() throws {
    let header = ExampleExport.header(counts: [], matched: 0, live: true)
    let bytes = try export(htmlExporter, header: header, rows: [])
    #expect(body(bytes) == text(try Golden.bytes("empty-body.html")))
  }

  @Test("hostile values are text, and what cannot be seen is shown")
  func hostile() throws {
    let bytes = try export(
      htmlExporter, header: HostileExport.header, rows: HostileExport.rows,
      summary: HostileExport.summary)
    #expect(body(bytes) == text(try Golden.bytes("hostile-body.html")))
  }

  @Test("R2: other columns on request; several candidates in one cell; yes and no for people")
  func columns() throws {
    let columns: [RowColumn] = [.domain, .enabled, .locked, .reasonCandidates, .windowsLogin]
    let row: [RowColumn: [String]] = [
      .domain: ["ACME"], .enabled: ["true"], .locked: ["false"],
      .reasonCandidates: ["jo", "<joe>"],
    ]
    let page = text(
      try export(htmlExporter, header: ExampleExport.header(columns), rows: [row]))
    #expect(
      page.contains(
        "<tr><th scope=\"row\" class=\"n\">ACME</th><td class=\"n\">yes</td><td class=\"n\">no</td>"
          + "<td>jo; &lt;joe&gt;</td><td></td></tr>"))
    // Without the columns there is nothing to filter by: the counts stay.
    #expect(!page.contains("type=\"radio\""))
    #expect(page.contains("<b>Not Matched</b> 1"))
  }

  @Test("M12: what is not known of an account is not yes, and not left to guess")
  func unknown() throws {
    let columns: [RowColumn] = [.domain, .enabled, .locked, .expired]
    let page = text(
      try export(
        htmlExporter, header: ExampleExport.header(columns),
        rows: [[.domain: ["ACME"], .expired: ["true"]]]))
    #expect(
      page.contains(
        "<tr><th scope=\"row\" class=\"n\">ACME</th><td class=\"n\">not known</td>"
          + "<td class=\"n\">not known</td><td class=\"n\">yes</td></tr>"))
  }

  @Test("M14: a user without a login has no heading in its row")
  func withoutLogin() throws {
    let columns: [RowColumn] = [.activeDirectoryLogin, .smtpAddress]
    let rows: [[RowColumn: [String]]] = [
      [.smtpAddress: ["a@acme.example"]], [.activeDirectoryLogin: [""]],
    ]
    let page = text(try export(htmlExporter, header: ExampleExport.header(columns), rows: rows))
    #expect(
      page.contains(
        "<tr><td></td><td class=\"m\">a@acme.example</td></tr>\n"
          + "<tr><td></td><td class=\"m\"></td></tr>\n"))
  }

  @Test("the title is the tenant's unless another is asked for")
  func title() throws {
    func page(_ title: String) throws -> String {
      text(try export(htmlExporter, header: ExampleExport.header(title: title), rows: []))
    }
    #expect(try page("").contains("<title>Active Directory Sync – acme</title>"))
    #expect(try page("Q4 & Q1").contains("<title>Q4 &amp; Q1</title>"))
    #expect(try page("Q4 & Q1").contains("<h1>Q4 &amp; Q1</h1>"))
  }

  @Test("R4: the same bytes however the rows are cut", arguments: [1, 7, 99, 100, 101, 249])
  func cuts(size: Int) throws {
    let rows = (0..<250).map { ExampleExport.rows[$0 % 3] }
    let whole = try export(htmlExporter, header: ExampleExport.header(), rows: rows)
    let cut = try export(htmlExporter, header: ExampleExport.header(), rows: rows, size: size)
    #expect(cut == whole)
    #expect(text(whole).components(separatedBy: "<tbody>").count == 1 + 3)
  }

  @Test("html keeps the contract")
  func contract() { #expect(ExporterContractSuite(plugin: htmlExporter).violations().isEmpty) }

  private func body(_ page: [UInt8]) -> String {
    let page = text(page)
    return page.range(of: "<body>").map { String(page[$0.lowerBound...]) } ?? page
  }
}
