import PluginContract
import PluginTesting
import Testing

/// An exporter that keeps the contract but for one thing.
struct FaultyExporter: Exporter {
  /// What it does wrong.
  enum Fault: String, CaseIterable, Sendable {
    case none, marksBatches, keepsRows, writesInvalidText, throwsAtEmptyBatches, usesSummary
  }

  let fault: Fault
  private var kept: [UInt8] = []

  init(fault: Fault) { self.fault = fault }

  func begin(_ header: ExportHeader) -> [UInt8] { Array(header.tenant.utf8) }

  mutating func write(_ batch: RowBatch) throws -> [UInt8] {
    if fault == .throwsAtEmptyBatches, batch.count == 0 { throw FaultyMatcher.Surprise() }
    var bytes: [UInt8] = fault == .marksBatches ? [0x23] : []
    for row in 0..<batch.count {
      for column in batch.columns {
        let cell = batch.bytes(column, row: row) ?? []
        bytes +=
          fault == .writesInvalidText
          ? Array(cell) : Array(String(decoding: cell, as: UTF8.self).utf8)
      }
    }
    guard fault == .keepsRows else { return bytes }
    kept += bytes
    return []
  }

  func end(_ summary: ExportSummary) -> [UInt8] {
    fault == .usesSummary ? Array(summary.unclaimed.joined().utf8) : kept
  }
}

@Suite("The contract suite for exporters")
struct ExporterContractSuiteTests {
  private func violations(of fault: FaultyExporter.Fault) -> [ContractViolation] {
    let plugin = ExporterPlugin(
      ExporterDeclaration(
        name: "faulty", version: "1", summary: "has one fault", fileExtension: "txt",
        mediaType: "text/plain", usesSummary: false)
    ) { FaultyExporter(fault: fault) }
    return ExporterContractSuite(plugin: plugin).violations()
  }

  @Test("an exporter that keeps the contract passes")
  func faultless() { #expect(violations(of: .none).isEmpty) }

  @Test(
    "each fault is found and named",
    arguments: [
      (.marksBatches, "gives the same bytes however the rows are cut (R4)"),
      (.keepsRows, "keeps no rows"), (.writesInvalidText, "writes UTF-8"),
      (.throwsAtEmptyBatches, "writes a file without rows"),
      (.usesSummary, "does not use the summary"),
    ] as [(FaultyExporter.Fault, String)])
  func faults(fault: FaultyExporter.Fault, duty: String) {
    let violations = violations(of: fault)
    #expect(violations.contains { $0.duty == duty }, "\(violations)")
  }
}
