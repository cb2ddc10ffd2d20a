import Foundation
import HTMLExporter
import PluginContract
import Testing

@Suite("html: nothing in it runs, loads or hides", .timeLimit(.minutes(5)))
struct SafetyTests {
  private func page(
    _ header: ExportHeader, _ rows: [[RowColumn: [String]]],
    _ summary: ExportSummary = ExportSummary()
  ) throws -> String {
    text(try export(htmlExporter, header: header, rows: rows, summary: summary))
  }

  /// The tags of a page in order, but those that show what cannot be seen.
  private func tags(_ page: String) -> [Substring] {
    page.matches(of: /<[^>]*>/).map(\.output).filter { $0 != "<i>" && $0 != "</i>" }
  }

  @Test("a value in any column adds no tag", arguments: HostileExport.attacks)
  func cells(attack: String) throws {
    let header = ExampleExport.header(RowColumn.allCases)
    for column in RowColumn.allCases {
      let harmless = try page(header, [[column: ["x"]]])
      #expect(tags(try page(header, [[column: [attack]]])) == tags(harmless))
    }
  }

  @Test("a value beside the rows adds no tag", arguments: HostileExport.attacks)
  func summary(attack: String) throws {
    func summary(_ value: String) -> ExportSummary {
      ExportSummary(
        vanishedLinks: [
          .init(state: value, objectGUID: value, domain: value, login: value, userName: value)
        ],
        unclaimed: [value], findings: [.init(code: value, subject: value, message: value)],
        lastFailure: .init(run: 1, at: value, message: value.filter { !$0.isNewline }))
    }
    let header = ExampleExport.header()
    #expect(
      tags(try page(header, [], summary(attack))) == tags(try page(header, [], summary("x"))))
  }

  @Test("a value in an attribute stays inside its quotes", arguments: HostileExport.attacks)
  func attributes(attack: String) throws {
    func tags(_ state: String) throws -> [String] {
      let header = ExampleExport.header(counts: [(state, 1)], matched: 0)
      return self.tags(try page(header, [])).map {
        String($0.replacing(/value="[^"]*"/, with: "value"))
      }
    }
    #expect(try tags(attack) == tags("x"))
  }

  @Test("bytes that are not UTF-8 are repaired, in cells of any length")
  func invalidText() throws {
    var batch = RowBatch(columns: [.activeDirectoryLogin])
    batch.fill(.activeDirectoryLogin, [0x3C, 0xFF, 0xE2, 0x80, 0x41] as [UInt8])
    var exporter = try htmlExporter.make()
    _ = try exporter.begin(ExampleExport.header([.activeDirectoryLogin]))
    #expect(text(try exporter.write(batch)).contains(">&lt;\u{FFFD}\u{FFFD}A</th>"))
  }

  @Test("control characters and turns of direction are shown by their code")
  func unseen() throws {
    let row: [RowColumn: [String]] = [.activeDirectoryLogin: ["a\u{0}\u{85}\u{202E}\u{2066}b"]]
    #expect(
      try page(ExampleExport.header([.activeDirectoryLogin]), [row]).contains(
        ">a<i>U+0000</i><i>U+0085</i><i>U+202E</i><i>U+2066</i>b</th>"))
  }

  @Test(
    "the policy names the page's own style sheet and script, and nothing else",
    arguments: [
      "style", "script",
    ])
  func policy(element: String) throws {
    let page = try page(HostileExport.header, HostileExport.rows, HostileExport.summary)
    let parts = page.components(separatedBy: "<\(element)>")
    let content = try #require(parts.last?.components(separatedBy: "</\(element)>").first)
    #expect(parts.count == 2)
    #expect(page.contains("; \(element)-src 'sha256-\(try sha256(content))'; "))
    #expect(!page.contains("unsafe"))
  }

  @Test("nothing is loaded from elsewhere")
  func selfContained() throws {
    let page = try page(ExampleExport.header(), ExampleExport.rows, ExampleExport.summary)
    for word in ["://", "src=", "url(", "@import", "fetch(", "innerHTML", "style=", "onclick"] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  /// In Base64, reckoned by another program than ours.
  private func sha256(_ content: String) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(content.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/sha256sum")
    process.arguments = [file.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let digits = Array(answer.prefix(64))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0..<min($0 + 2, digits.count)]), radix: 16)
    }
    return Data(bytes).base64EncodedString()
  }
}
