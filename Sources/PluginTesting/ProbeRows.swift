internal import PluginContract

/// Rows to try an exporter with.
struct ProbeRows {
  private let columns: [RowColumn]
  private let cell: (_ row: Int, _ column: Int) -> [UInt8]?

  init(columns: [RowColumn]) {
    self.init(columns: columns) { row, column in
      let texts = Self.texts
      return texts[(row + column * 3) % texts.count].map { Array($0.utf8) }
    }
  }

  init(columns: [RowColumn], cell: @escaping (_ row: Int, _ column: Int) -> [UInt8]?) {
    self.columns = columns
    self.cell = cell
  }

  func batch(_ rows: Range<Int>) -> RowBatch {
    var batch = RowBatch(columns: columns)
    for row in rows {
      for (index, column) in columns.enumerated() { batch.fill(column, cell(row, index)) }
    }
    return batch
  }

  func header(count: Int, options: [OptionDeclaration]) -> ExportHeader {
    ExportHeader(
      tenant: "acme", run: 12, startedAt: "2026-11-22T13:00:00Z",
      completedAt: "2026-11-22T13:00:04Z", live: false,
      countsByState: count > 0 ? [("unmatched", count)] : [], matched: 0, notMatched: count,
      columns: columns, options: OptionValues(declared: options))
  }

  static let summary = ExportSummary(
    vanishedLinks: [
      .init(
        state: "source-deleted", objectGUID: "00000000-0000-0000-0000-000000000001",
        domain: "ACME", login: "gone", userName: "gone@acme.example")
    ],
    unclaimed: ["free"],
    findings: [.init(code: "renamed", subject: "ACME\\jsmith", message: "was 'smith'")],
    lastFailure: .init(run: 13, at: "2026-11-22T14:00:00Z", message: "no answer"))

  private static let texts: [String?] = [
    "jsmith", "j.smith@acme.example", "Matched", nil, "", "true", "Smith, \"Jack\"", "=1+1",
    "Jürgen", "a\r\nb", "false", "-",
  ]
}
