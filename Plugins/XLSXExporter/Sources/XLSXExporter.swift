package import PluginContract

/// The plugin: `--format xlsx`.
package let xlsxExporter = ExporterPlugin(
  ExporterDeclaration(
    name: "xlsx", version: "1.0.0",
    summary: "a workbook for Excel and LibreOffice: users, summary, findings",
    fileExtension: "xlsx",
    mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    streams: false,
    options: [
      OptionDeclaration(
        XLSXExporter.tableOption, .boolean, default: .boolean(true),
        "Keeps the headings in view while rows scroll, and gives them filters.")
    ])
) { XLSXExporter() }

/// Writes a workbook, which is known at the end only.
struct XLSXExporter: Exporter {
  static let tableOption = "table"

  private let rowLimit: Int
  private var workbook: ExportWorkbook?

  /// - Parameter rowLimit: the most rows of a sheet, the heading included.
  init(rowLimit: Int = Workbook.rowLimit) { self.rowLimit = rowLimit }

  mutating func begin(_ header: ExportHeader) throws -> [UInt8] {
    workbook = try ExportWorkbook(header, rowLimit: rowLimit)
    return []
  }

  mutating func write(_ batch: RowBatch) throws -> [UInt8] {
    guard let workbook else { throw WorkbookError.notBegun }
    try workbook.write(batch)
    return []
  }

  mutating func end(_ summary: ExportSummary) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try end(summary) { bytes += $0 }
    return bytes
  }

  mutating func end(_ summary: ExportSummary, to sink: ([UInt8]) throws -> Void) throws {
    guard let workbook else { throw WorkbookError.notBegun }
    self.workbook = nil
    try workbook.finish(summary).read(to: sink)
  }
}
