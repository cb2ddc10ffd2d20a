public import PluginContract

/// Holds an exporter against its contract: each duty of ``PluginContract/Exporter`` in turn.
///
/// It needs no test library; see ``MatcherContractSuite``. Whether the file is the right one is for
/// the plugin's own tests against stored files.
public struct ExporterContractSuite: Sendable {
  private let plugin: ExporterPlugin

  /// Takes a plugin.
  public init(plugin: ExporterPlugin) { self.plugin = plugin }

  /// What the plugin does against its contract; empty if it keeps it.
  public func violations() -> [ContractViolation] { findings().violations }

  /// Every duty with what was found against it.
  public func verdicts() -> [ContractVerdict] { findings().verdicts }

  private func findings() -> Findings {
    var findings = Findings()
    checkDeclaration(in: &findings)
    for columns in [plugin.declaration.columns, RowColumn.allCases, [.status]] {
      checkCuts(columns, in: &findings)
      checkEmpty(columns, in: &findings)
    }
    checkSummary(in: &findings)
    checkHostileCells(in: &findings)
    checkMemory(in: &findings)
    return findings
  }

  private func checkDeclaration(in findings: inout Findings) {
    let declaration = plugin.declaration
    DeclarationCheck(
      name: declaration.name, version: declaration.version,
      contractVersion: declaration.contractVersion, summary: declaration.summary
    ).run(hostVersion: contractVersion, in: &findings)
    let letters = declaration.fileExtension.utf8
    findings.expect(
      !letters.isEmpty && !letters.contains { $0 == 0x2E || $0 == 0x2F || $0 < 0x21 },
      "declares itself", "'\(declaration.fileExtension)' is not a file extension without a dot")
    findings.expect(
      declaration.mediaType.contains("/"), "declares itself",
      "'\(declaration.mediaType)' is not a media type")
    findings.expect(
      Set(declaration.columns).count == declaration.columns.count && !declaration.columns.isEmpty,
      "declares itself", "it declares no columns, or one twice")
  }

  /// R4: the same input gives the same bytes.
  private func checkCuts(_ columns: [RowColumn], in findings: inout Findings) {
    let rows = ProbeRows(columns: columns)
    let count = 50
    guard let whole = file(rows, cut: [count], "writes a file", in: &findings) else { return }
    let cuts = [
      [count], [Int](repeating: 1, count: count), [0, 7, 0, 20, 23, 0], [count - 1, 1],
    ]
    for cut in cuts {
      guard let bytes = file(rows, cut: cut, "writes a file in parts", in: &findings) else {
        return
      }
      findings.expect(
        bytes == whole, "gives the same bytes however the rows are cut (R4)",
        "batches of \(cut.prefix(6)) rows differ from one of \(count), with \(columns.count) columns"
      )
    }
    checkText(whole, "the file is not UTF-8", in: &findings)
  }

  /// Formats that are text are UTF-8.
  private func checkText(
    _ file: [UInt8], _ message: @autoclosure () -> String, in findings: inout Findings
  ) {
    let type = plugin.declaration.mediaType
    guard type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("+xml") else {
      return
    }
    findings.expect(String(validating: file, as: UTF8.self) != nil, "writes UTF-8", message())
  }

  private func checkEmpty(_ columns: [RowColumn], in findings: inout Findings) {
    let rows = ProbeRows(columns: columns)
    let none = file(rows, cut: [], "writes a file without rows", in: &findings)
    let empty = file(rows, cut: [0], "writes a file without rows", in: &findings)
    findings.expect(
      none == empty, "gives the same bytes however the rows are cut (R4)",
      "a batch without rows differs from no batch")
  }

  /// A summary that is not used is not worked out.
  private func checkSummary(in findings: inout Findings) {
    guard !plugin.declaration.usesSummary else { return }
    let rows = ProbeRows(columns: plugin.declaration.columns)
    let files = [ProbeRows.summary, ExportSummary()].map {
      file(rows, cut: [1], summary: $0, "writes a file", in: &findings)
    }
    findings.expect(
      files[0] == files[1], "does not use the summary",
      "the file depends on it; declare usesSummary: true")
  }

  private func checkHostileCells(in findings: inout Findings) {
    let hostile = ProbeRecords.hostile.compactMap(\.first)
    let rows = ProbeRows(columns: RowColumn.allCases) { row, column in
      // A value of a megabyte once is enough.
      let cell = hostile[(row + column) % hostile.count]
      return column == 0 || cell.count < 100_000 ? cell : nil
    }
    let count = hostile.count
    let duty = "survives hostile cells"
    guard let whole = file(rows, cut: [count], duty, in: &findings) else { return }
    checkText(whole, "cells that are not UTF-8 make the file invalid; repair them", in: &findings)
    let parts = file(rows, cut: [Int](repeating: 1, count: count), duty, in: &findings)
    findings.expect(
      parts == whole, "gives the same bytes however the rows are cut (R4)", "with hostile cells")
  }

  /// An exporter that streams keeps no rows for the end.
  private func checkMemory(in findings: inout Findings) {
    guard plugin.declaration.streams else { return }
    let rows = ProbeRows(columns: plugin.declaration.columns)
    let sizes = [1, RowBatch.maximumCount].map { count in
      findings.attempt("writes a file") { () throws -> Int in
        var exporter = try plugin.make()
        _ = try exporter.begin(header(rows, count))
        _ = try exporter.write(rows.batch(0..<count))
        var rest = 0
        try exporter.end(ProbeRows.summary) { rest += $0.count }
        return rest
      } ?? 0
    }
    findings.expect(
      sizes[1] - sizes[0] < RowBatch.maximumCount, "keeps no rows",
      "the end of the file grows with the rows: \(sizes[0]) bytes for 1, \(sizes[1]) for "
        + "\(RowBatch.maximumCount)")
  }

  private func header(_ rows: ProbeRows, _ count: Int) -> ExportHeader {
    rows.header(count: count, options: plugin.declaration.options)
  }

  private func file(
    _ rows: ProbeRows, cut: [Int], summary: ExportSummary = ProbeRows.summary, _ duty: String,
    in findings: inout Findings
  ) -> [UInt8]? {
    findings.attempt(duty) {
      var exporter = try plugin.make()
      var bytes = try exporter.begin(header(rows, cut.reduce(0, +)))
      var start = 0
      for count in cut {
        bytes += try exporter.write(rows.batch(start..<start + count))
        start += count
      }
      try exporter.end(summary) { bytes += $0 }
      return bytes
    }
  }
}
