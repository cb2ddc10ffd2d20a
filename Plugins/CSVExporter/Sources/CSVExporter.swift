package import PluginContract

/// The plugin: `--format csv` (R2, R5).
package let csvExporter = ExporterPlugin(
  ExporterDeclaration(
    name: "csv", version: "1.0.0",
    summary: "comma-separated values for spreadsheets and scripts (RFC 4180, UTF-8)",
    fileExtension: "csv", mediaType: "text/csv; charset=utf-8")
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
    output.reserveCapacity(batch.count * columns.count * 24)
    for row in 0..<batch.count {
      let start = output.count
      for (index, column) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        if let column { cells.append(column, row: row, to: &output) }
      }
      // A line with nothing on it is no row to many readers.
      if output.count == start { output += [UInt8(ascii: "\""), UInt8(ascii: "\"")] }
      output += CSVCellWriter.lineEnd
    }
    return output
  }

  mutating func end(_ summary: ExportSummary) -> [UInt8] { [] }
}
