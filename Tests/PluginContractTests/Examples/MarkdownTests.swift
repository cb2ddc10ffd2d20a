import Foundation
import Testing

@testable import PluginContract

@Suite("The example exporter in Python", .timeLimit(.minutes(10)))
struct MarkdownTests {
  private static let columns: [RowColumn] = [
    .activeDirectoryLogin, .smtpAddress, .status, .reasonCandidates,
  ]

  private func begin(
    counts: Bool = true, mark: Bool = false, columns: [RowColumn] = columns
  ) throws -> Frame {
    let header = ExportHeader(
      tenant: "acme", run: 7, startedAt: "2026-03-01T08:00:00Z",
      completedAt: "2026-03-01T08:00:05Z", live: false,
      countsByState: [("linked", 2), ("unmatched", 1)], matched: 2, notMatched: 1,
      columns: columns, byteOrderMark: mark,
      options: OptionValues(["counts": .boolean(counts)]))
    return try ControlFrame.encode(HostMessage.begin(BeginExport(header)))
  }

  private func end(_ summary: ExportSummary = ExportSummary()) throws -> Frame {
    try ControlFrame.encode(HostMessage.end(EndExport(summary)))
  }

  private func started() throws -> PluginConversation {
    let plugin = try PluginConversation(Examples.file("markdown", "markdown"))
    _ = try plugin.greet()
    return plugin
  }

  private func rows(_ rows: [[[String]]]) throws -> Frame {
    var batch = RowBatch(columns: Self.columns)
    for row in rows {
      for (column, values) in zip(Self.columns, row) { batch.fill(column, texts: values) }
    }
    return try RowsFrame.frame(batch)
  }

  @Test("it greets with what its manifest says")
  func handshake() throws {
    let plugin = try PluginConversation(Examples.file("markdown", "markdown"))
    let manifest = try Examples.manifest("markdown")
    guard case .hello(let hello) = try plugin.greet() else {
      Issue.record("no greeting")
      return
    }
    #expect(hello.kind == .exporter)
    #expect(hello.name == manifest["name"])
    #expect(hello.version == manifest["version"])
    #expect(
      hello.options == [
        OptionDeclaration(
          "counts", .boolean, default: .boolean(true),
          "begin with the number of users in each state")
      ])
    #expect(try plugin.end() == 0)
  }

  @Test("a whole file is the stored one, however the rows are cut into batches", arguments: 1...3)
  func wholeFile(size: Int) throws {
    let all: [[[String]]] = [
      [["ajones"], [], ["Not Matched"], []],
      [["jsmith"], ["j.smith@acme.example"], ["Matched"], ["j.smith", "jörg"]],
      [["svc_build"], ["a|b\r\n<x>@acme.example"], ["Matched"], ["[a](b)", "\u{1B}[1m"]],
    ]
    let plugin = try started()
    var file = try #require(try plugin.part(answering: begin()))
    for start in stride(from: 0, to: all.count, by: size) {
      let batch = Array(all[start..<min(start + size, all.count)])
      file += try #require(try plugin.part(answering: rows(batch)))
    }
    let summary = ExportSummary(
      vanishedLinks: [], unclaimed: ["x", "y"],
      findings: [.init(code: "moved", subject: "jsmith", message: "m")],
      lastFailure: .init(run: 8, at: "2026-03-02T08:00:00Z", message: "the server <dc1> is gone"))
    file += try #require(try plugin.part(answering: end(summary)))
    #expect(try plugin.end() == 0)
    let golden = Examples.repository.appending(
      path: "Tests/PluginContractTests/Examples/Golden/markdown.md")
    #expect(
      String(decoding: file, as: UTF8.self) == (try String(contentsOf: golden, encoding: .utf8)))
  }

  @Test("counts and byte order mark are the caller's choice, and a process writes several files")
  func choices() throws {
    let plugin = try started()
    for mark in [true, false] {
      let head = try #require(
        try plugin.part(answering: begin(counts: false, mark: mark, columns: [.state])))
      let text = String(decoding: head.dropFirst(mark ? 3 : 0), as: UTF8.self)
      #expect(head.starts(with: [0xEF, 0xBB, 0xBF]) == mark)
      #expect(text.hasSuffix("as of 2026-03-01T08:00:05Z.\n\n| state |\n|---|\n"))
      _ = try plugin.part(answering: end())
    }
    #expect(try plugin.end() == 0)
  }

  @Test("bytes that are not UTF-8 are replaced, and a long part comes in several frames")
  func awkwardRows() throws {
    let plugin = try started()
    _ = try plugin.part(answering: begin(columns: [.status]))
    var batch = RowBatch(columns: [.status])
    batch.fill(.status, [0x61, 0xFF] as [UInt8])
    batch.fill(.status, [UInt8](repeating: 0x62, count: 3 << 20))
    let part = try #require(try plugin.part(answering: RowsFrame.frame(batch)))
    #expect(String(decoding: part.prefix(9), as: UTF8.self) == "| a\u{FFFD} |\n")
    #expect(part.count == 9 + (3 << 20) + 5)
    #expect(try plugin.end() == 0)
  }
}
