import Administration
import PluginContract
import Synchronization
import TenantCore
import Testing
import Wiring

@testable import TenantService

@Suite("The API's rows and what the JSON exporters write", .timeLimit(.minutes(5)))
struct RowAnswerTests {
  private func export(_ snapshot: Snapshot, _ format: String) async throws -> [UInt8] {
    let plugin = try #require(
      BuiltInPlugins.exporters.first { $0.declaration.name == format })
    let written = Mutex<[UInt8]>([])
    try await SnapshotExport(
      snapshot: snapshot, plugin: plugin, columns: plugin.declaration.columns
    ).write(tenant: "acme") { bytes in written.withLock { $0 += bytes } }
    return written.withLock(\.self)
  }

  @Test(
    "the document is the same, member for member, without the page and what was seen",
    arguments: [true, false])
  func document(hasFailure: Bool) async throws {
    let examples = try AnswerExamples()
    let failure = hasFailure ? examples.bareRun : nil
    let exported = try JSONNode(
      await export(examples.snapshot(lastFailure: failure), "json"))
    let answer = try JSONNode(AnswerEncoder.bytes(examples.review(lastFailure: failure)))
    #expect(answer.without("page").without("seen") == exported)
    #expect(answer["users"].items.count == ExampleRows.batch.count)
    #expect(answer["lastFailure"].isNull == !hasFailure)
  }

  @Test("each line of NDJSON is a row, value for value")
  func lines() async throws {
    let exported = try await export(try AnswerExamples().snapshot(lastFailure: nil), "ndjson")
    let lines = try exported.split(separator: UInt8(ascii: "\n")).map { try JSONNode($0) }
    let rows = try RowAnswer.rows(of: ExampleRows.batch).map {
      try JSONNode(AnswerEncoder.bytes($0))
    }
    #expect(rows == lines && !rows.isEmpty)
  }
}
