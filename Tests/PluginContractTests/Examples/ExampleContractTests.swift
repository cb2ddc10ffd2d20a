import Foundation
import PluginTesting
import Testing

@testable import PluginContract

/// The contract suite, put to the programs.
@Suite("The example plugins keep their contract", .timeLimit(.minutes(10)))
struct ExampleContractTests {
  @Test(
    "the matchers do", arguments: [Examples.file("mail-name", "mail-name"), Examples.staffNumber])
  func matchers(program: URL) throws {
    let first = try PluginConversation(program)
    guard case .hello(let hello) = try first.greet() else {
      Issue.record("no greeting")
      return
    }
    #expect(try first.end() == 0)
    let declaration = MatcherDeclaration(
      name: hello.name, version: hello.version, summary: "a program",
      options: hello.options ?? [])
    let plugin = MatcherPlugin(declaration) { try ProgramMatcher(program, $0) }
    #expect(MatcherContractSuite(plugin: plugin).violations().map { "\($0)" } == [])
  }

  @Test("the exporter does") func exporter() throws {
    let declaration = ExporterDeclaration(
      name: "markdown", version: "1.0.0", summary: "a program", fileExtension: "md",
      mediaType: "text/markdown",
      options: [OptionDeclaration("counts", .boolean, default: .boolean(true), "counts")])
    let plugin = ExporterPlugin(declaration) {
      try ProgramExporter(Examples.file("markdown", "markdown"))
    }
    #expect(ExporterContractSuite(plugin: plugin).violations().map { "\($0)" } == [])
  }
}

/// A matcher that is a program.
private struct ProgramMatcher: Matcher {
  let rules: [KeyRule]
  let attributes: [String]
  let fields: [TenantField]
  /// Unsafe only in name: Foundation's `Process` is not `Sendable`, and the suite asks one question
  /// after the other.
  private nonisolated(unsafe) let plugin: PluginConversation

  init(_ program: URL, _ context: MatcherContext) throws {
    plugin = try PluginConversation(program)
    _ = try plugin.greet()
    guard
      case .made(let made) = try plugin.ask(.make(MakeMatcher(matcher: 0, context: context)))
    else { throw FrameError("no matcher was made") }
    attributes = made.attributes
    fields = made.fields.compactMap(TenantField.init(rawValue:))
    rules = made.rules.map { rule in
      let fields = rule.fields.compactMap(TenantField.init(rawValue:))
      let kind = rule.near.flatMap(NearMissKind.init(rawValue:))
      return kind.map {
        .near($0, matcher: "program", attributes: rule.attributes, fields: fields)
      }
        ?? KeyRule(
          code: rule.code ?? "", matcher: "program", attributes: rule.attributes, fields: fields)
    }
  }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let question = RecordsFrame(request: 1, matcher: 0, side: side, purpose: purpose, batch: batch)
    let names = side == .directory ? attributes : fields.map(\.rawValue)
    return try plugin.keys(question, names: names).keys
  }
}

/// An exporter that is a program.
private struct ProgramExporter: Exporter {
  private let plugin: PluginConversation

  init(_ program: URL) throws {
    plugin = try PluginConversation(program)
    _ = try plugin.greet()
  }

  func begin(_ header: ExportHeader) throws -> [UInt8] {
    try part(ControlFrame.encode(HostMessage.begin(BeginExport(header))))
  }

  func write(_ batch: RowBatch) throws -> [UInt8] { try part(RowsFrame.frame(batch)) }

  func end(_ summary: ExportSummary) throws -> [UInt8] {
    try part(ControlFrame.encode(HostMessage.end(EndExport(summary))))
  }

  private func part(_ frame: Frame) throws -> [UInt8] {
    guard let part = try plugin.part(answering: frame) else { throw FrameError("it complains") }
    return part
  }
}
