import CSVExporter
import PluginContract
import PluginTesting
import Testing

@Suite("csv (R2, R5)")
struct CSVExporterTests {
  private func header(
    _ columns: [RowColumn] = RowColumn.standard, exact: Bool = false, mark: Bool = false
  ) -> ExportHeader {
    ExportHeader(
      tenant: "acme", run: 12, startedAt: "2026-11-22T13:00:00Z",
      completedAt: "2026-11-22T13:00:04Z", live: false, countsByState: [], matched: 2,
      notMatched: 1, columns: columns, exact: exact, byteOrderMark: mark)
  }

  private func row(_ login: String, _ mail: String?, _ status: String) -> [RowColumn: [String]] {
    [
      .activeDirectoryLogin: [login], .smtpAddress: mail.map { [$0] } ?? [], .status: [status],
    ]
  }

  private var people: [[RowColumn: [String]]] {
    [
      row("ajones", nil, "Not Matched"),
      row("jsmith", "j.smith@acme.example", "Matched"),
      row("jürgen", "jürgen.groß@acme.example", "Matched"),
    ]
  }

  /// Cells that need care.
  private var awkward: [[RowColumn: [String]]] {
    [
      row("=1+1", "+49 30 1", "-x"), row("@SUM(A1)", "\t=2", "\r=3"),
      row("Smith, John", "say \"hi\"", "two\nlines"), row("=A1,\"B\"", "a\r\nb", ""),
      row(" padded ", "'=quoted", "a=b+c-d@e"), row("", nil, "only the last"),
    ]
  }

  @Test("R2: the three columns of the page, with its names, in its order")
  func standard() throws {
    #expect(
      text(try export(csvExporter, header: header(), rows: people))
        == text(try Golden.bytes("standard.csv")))
  }

  @Test("R5: quotes only where needed, and an apostrophe before what a spreadsheet would run")
  func careful() throws {
    #expect(
      text(try export(csvExporter, header: header(), rows: awkward))
        == text(try Golden.bytes("awkward.csv")))
  }

  @Test("R5: exact leaves cells as they are")
  func exact() throws {
    let bytes = try export(csvExporter, header: header(exact: true), rows: awkward)
    #expect(text(bytes) == text(try Golden.bytes("awkward-exact.csv")))
  }

  @Test("R5: a byte order mark on request only")
  func byteOrderMark() throws {
    let marked = try export(csvExporter, header: header(mark: true), rows: people)
    #expect(marked == [0xEF, 0xBB, 0xBF] + (try Golden.bytes("standard.csv")))
  }

  @Test("R2: other columns on request, several candidates in one cell")
  func columns() throws {
    let columns: [RowColumn] = [
      .domain, .activeDirectoryLogin, .state, .enabled, .reasonCandidates, .userName,
    ]
    let rows: [[RowColumn: [String]]] = [
      [
        .domain: ["ACME"], .activeDirectoryLogin: ["jsmith"], .state: ["ambiguous"],
        .enabled: ["true"], .reasonCandidates: ["john", "=jack", "smith, j"],
      ],
      [
        .domain: ["ACME"], .activeDirectoryLogin: ["kim"], .state: ["linked"],
        .enabled: ["false"], .userName: ["kim"],
      ],
    ]
    let bytes = try export(csvExporter, header: header(columns), rows: rows)
    #expect(text(bytes) == text(try Golden.bytes("columns.csv")))
  }

  @Test("R2: a tenant without users gives the header row")
  func noRows() throws {
    let bytes = try export(csvExporter, header: header(), rows: [])
    #expect(text(bytes) == "Active Directory Login,SMTP Address,Status\r\n")
  }

  @Test("an empty cell in a file of one column is no empty line")
  func emptyLine() throws {
    let rows: [[RowColumn: [String]]] = [[:], [.smtpAddress: ["a@acme.example"]], [:]]
    let bytes = try export(csvExporter, header: header([.smtpAddress]), rows: rows)
    #expect(text(bytes) == "SMTP Address\r\n\"\"\r\na@acme.example\r\n\"\"\r\n")
  }

  @Test("R5: bytes that are not UTF-8 are repaired, the file stays UTF-8")
  func invalidText() throws {
    var batch = RowBatch(columns: [.activeDirectoryLogin])
    batch.fill(.activeDirectoryLogin, [0x3D, 0xFF, 0x2C, 0x41] as [UInt8])
    var exporter = try csvExporter.make()
    _ = try exporter.begin(header([.activeDirectoryLogin]))
    #expect(text(try exporter.write(batch)) == "\"'=\u{FFFD},A\"\r\n")
  }

  @Test("R4: the same bytes however the rows are cut", arguments: [1, 2, 5])
  func cuts(size: Int) throws {
    let bytes = try export(csvExporter, header: header(), rows: awkward, size: size)
    #expect(bytes == (try Golden.bytes("awkward.csv")))
  }

  @Test("csv keeps the contract")
  func contract() { #expect(ExporterContractSuite(plugin: csvExporter).violations().isEmpty) }
}
