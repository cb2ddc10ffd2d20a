import PluginContract
import PluginTesting
import Testing
import XLSXExporter

@Suite("xlsx (R2, R4)", .timeLimit(.minutes(10)))
struct XLSXExporterTests {
  private let summary = ExportSummary(
    vanishedLinks: [
      .init(
        state: "source-deleted", objectGUID: "00000000-0000-0000-0000-000000000001",
        domain: "ACME", login: "gone", userName: "gone@acme.example")
    ],
    unclaimed: ["free", "=free"],
    findings: [
      .init(code: "renamed", subject: "ACME\\jsmith", message: "was 'smith'"),
      .init(code: "duplicate-value", subject: nil, message: "two have \"0042\""),
    ],
    lastFailure: .init(run: 13, at: "2026-11-22T14:00:00Z", message: "no answer"))

  @Test("R2: the three columns of the page, and the other sheets, as LibreOffice reads them")
  func sheets() throws {
    let sheets = try Office.sheets(try export(rows: people, summary: summary))
    let names = ["Users", "Summary", "Vanished links", "Unclaimed", "Findings"]
    #expect(Set(sheets.keys) == Set(names))
    for name in names { #expect(sheets[name] == (try Golden.text("\(name).csv"))) }
  }

  @Test("R2: no user gives the headings, and sheets without rows are left out")
  func noRows() throws {
    let sheets = try Office.sheets(try export(rows: []))
    #expect(Set(sheets.keys) == ["Users", "Summary"])
    #expect(sheets["Users"] == "Active Directory Login,SMTP Address,Status\n")
  }

  @Test("R2: other columns on request: truth values, several candidates in one cell")
  func columns() throws {
    let columns: [RowColumn] = [.domain, .enabled, .locked, .reasonCandidates]
    let rows: [[RowColumn: [String]]] = [
      [
        .domain: ["true"], .enabled: ["true"], .locked: ["false"],
        .reasonCandidates: ["john", "=jack", "smith, j"],
      ],
      [.enabled: ["maybe"]],
    ]
    let sheets = try Office.sheets(try export(nil, header(columns), rows: rows))
    #expect(
      try cells(sheets["Users"]) == [
        ["domain", "enabled", "locked", "reasonCandidates"],
        ["true", "TRUE", "FALSE", "john; =jack; smith, j"], ["", "maybe", "", ""],
      ])
  }

  @Test(
    "the headings stay in view and have filters, unless the option says no",
    arguments: [true, false])
  func table(isOn: Bool) throws {
    let book = try export(nil, header(table: isOn), rows: people)
    let found = try Office.lines(
      book,
      python: """
        sheet = book.read('xl/worksheets/sheet1.xml').decode()
        print('state="frozen"' in sheet, '<autoFilter ref="A1:C4"/>' in sheet)
        """)
    #expect(found == [isOn ? "True True" : "False False"])
  }

  @Test(
    "R4: the same bytes however the rows are cut, and when made again", arguments: [1, 2, 3, 64])
  func cuts(size: Int) throws {
    let rows = awkward.map { [RowColumn.activeDirectoryLogin: [$0], .smtpAddress: [$0]] }
    let whole = try export(rows: rows, summary: summary)
    #expect(try export(rows: rows, summary: summary, size: size) == whole)
  }

  @Test(
    "R4: no clock goes in: the file was made when the run ended",
    arguments: [
      ("2026-11-22T13:00:04Z", "2026-11-22T13:00:04Z"), ("", "1980-01-01T00:00:00Z"),
      ("1970-01-01T00:00:00Z", "1980-01-01T00:00:00Z"),
    ])
  func time(completedAt: String, created: String) throws {
    let book = try export(nil, header(completedAt: completedAt), rows: people)
    let found = try Office.lines(
      book,
      python: """
        core = book.read('docProps/core.xml').decode()
        print(*sorted(set(re.findall(r'W3CDTF">([^<]*)<', core))))
        print(*sorted(set(entry.date_time for entry in book.infolist())))
        """)
    #expect(found == [created, "(1980, 1, 1, 0, 0, 0)"])
  }

  @Test("the file is handed on in parts of at most 256 KiB")
  func parts() throws {
    var exporter = try xlsxExporter.make()
    _ = try exporter.begin(header())
    // Digits that do not compress to nothing.
    var number: UInt64 = 1
    for _ in 0..<8 {
      var batch = RowBatch(columns: RowColumn.standard)
      for _ in 0..<RowBatch.maximumCount {
        number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        batch.appendRow { _ in [String(number)] }
      }
      #expect(try exporter.write(batch).isEmpty)
    }
    var sizes: [Int] = []
    try exporter.end(ExportSummary()) { sizes.append($0.count) }
    #expect(sizes.count > 1)
    #expect(sizes.dropLast().allSatisfy { $0 == 256 * 1024 })
    #expect(sizes.last.map { 1...256 * 1024 ~= $0 } == true)
  }

  @Test("xlsx keeps the contract")
  func contract() { #expect(ExporterContractSuite(plugin: xlsxExporter).violations().isEmpty) }
}
