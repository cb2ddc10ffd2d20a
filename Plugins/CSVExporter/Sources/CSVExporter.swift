package import PluginContract

/// The plugin: `--format csv` (R2, R5).
package let csvExporter = ExporterPlugin(
  ExporterDeclaration(
    name: "csv", version: "1.0.0",
    summary: "comma-separated values for spreadsheets and scripts (RFC 4180, UTF-8)",
    fileExtension: "csv", mediaType: "text/csv; charset=utf-8", usesSummary: false)
) { CSVExporter() }

/// Writes a header row and a line for each row.
struct CSVExporter: Exporter {
  private var columns: [RowColumn] = []
  private var cells = CSVCellWriter(exact: false)

  mutating func begin(_ header: ExportHeader) -> [UInt8] {
    columns = header.columns
    cells = CSVCellWriter(exact: header.exact)
    let mark: [UInt8] = header.byteOrderMark ? [0xEF, 0xBB, 0xBF] : []
    let headings = columns.map(\.heading).joined(separator: ",")
    return mark + Array(headings.utf8) + CSVCellWriter.lineEnd
  }

  mutating func write(_ batch: RowBatch) -> [UInt8] {
    let values = columns.map { batch.values(of: $0) }
    var output: [UInt8] = []
    let bytes = values.reduce(0) { $0 + ($1?.bytes.count ?? 0) }
    output.reserveCapacity(bytes + bytes / 8 + batch.count * (columns.count + 2))
    cells.appendLines(values, rows: 0..<batch.count, to: &output)
    return output
  }

  mutating func end(_ summary: ExportSummary) -> [UInt8] { [] }
}
