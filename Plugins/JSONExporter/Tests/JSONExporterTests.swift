import Foundation
import JSONExporter
import PluginContract
import PluginTesting
import Testing

@Suite("json")
struct JSONExporterTests {
  @Test("the document has the shape of the tenant file's section 3, key by key")
  func document() throws {
    let bytes = try export(
      jsonExporter, header: ExampleExport.header(), rows: ExampleExport.rows,
      summary: ExampleExport.summary)
    #expect(text(bytes) == text(try Golden.bytes("acme.json")))
  }

  @Test("a directory without users is a whole document; R5: JSON never has a byte order mark")
  func empty() throws {
    let bytes = try export(jsonExporter, header: ExampleExport.emptyHeader, rows: [])
    #expect(text(bytes) == text(try Golden.bytes("empty.json")))
  }

  @Test("R5: JSON is exact, whatever a spreadsheet would run")
  func exact() throws {
    let rows: [[RowColumn: [String]]] = [[.activeDirectoryLogin: ["=1+1"]]]
    let header = ExampleExport.header([.activeDirectoryLogin])
    let bytes = try export(jsonExporter, header: header, rows: rows)
    #expect(text(bytes).contains("\"=1+1\""))
  }

  @Test("R4: the same bytes however the rows are cut", arguments: [1, 2])
  func cuts(size: Int) throws {
    let bytes = try export(
      jsonExporter, header: ExampleExport.header(), rows: ExampleExport.rows,
      summary: ExampleExport.summary, size: size)
    #expect(bytes == (try Golden.bytes("acme.json")))
  }

  @Test("every character comes back as it was", arguments: 0..<0x110)
  func everyCharacter(block: Int) throws {
    let scalars = (block * 0x1000..<(block + 1) * 0x1000).compactMap { Unicode.Scalar($0) }
      .filter { block == 0 || $0.value % 97 == 0 }
    var string = ""
    string.unicodeScalars.append(contentsOf: scalars)
    let header = ExampleExport.header([.domain])
    let bytes = try export(jsonExporter, header: header, rows: [[.domain: [string]]])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    let users = try #require(object["users"] as? [[String: String]])
    #expect(users.first?["domain"].map { Array($0.utf8) } == Array(string.utf8))
  }

  @Test("bytes that are not UTF-8 are repaired")
  func invalidText() throws {
    var batch = RowBatch(columns: [.domain])
    batch.fill(.domain, [0x22, 0xFF, 0x0B] as [UInt8])
    var exporter = try ndjsonExporter.make()
    _ = try exporter.begin(ExampleExport.header([.domain]))
    #expect(text(try exporter.write(batch)) == "{\"domain\":\"\\\"\u{FFFD}\\u000b\"}\n")
  }

  @Test(
    "by default all columns of a snapshot are written", arguments: [jsonExporter, ndjsonExporter])
  func columns(plugin: ExporterPlugin) {
    #expect(plugin.declaration.columns == RowColumn.snapshot)
  }

  @Test("json and ndjson keep the contract", arguments: [jsonExporter, ndjsonExporter])
  func contract(plugin: ExporterPlugin) {
    #expect(ExporterContractSuite(plugin: plugin).violations().isEmpty)
  }
}

@Suite("ndjson")
struct NDJSONExporterTests {
  @Test("one row a line, each as in json", arguments: [1, 2])
  func lines(size: Int) throws {
    let bytes = try export(
      ndjsonExporter, header: ExampleExport.header(), rows: ExampleExport.rows,
      summary: ExampleExport.summary, size: size)
    #expect(text(bytes) == text(try Golden.bytes("acme.ndjson")))
  }

  @Test("a column that was not asked for has no key")
  func someColumns() throws {
    let columns: [RowColumn] = [.reasonCode, .userName, .activeDirectoryLogin, .status]
    let bytes = try export(
      ndjsonExporter, header: ExampleExport.header(columns), rows: ExampleExport.rows)
    #expect(text(bytes) == text(try Golden.bytes("columns.ndjson")))
  }

  @Test("no users, no lines")
  func empty() throws {
    #expect(try export(ndjsonExporter, header: ExampleExport.emptyHeader, rows: []).isEmpty)
  }
}
