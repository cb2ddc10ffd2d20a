import PluginContract

/// The plugin: `--format login-list`.
let loginListExporter = ExporterPlugin(
  ExporterDeclaration(
    name: "login-list", version: "1.0.0", summary: "one login a line, with its domain",
    fileExtension: "txt", mediaType: "text/plain; charset=utf-8",
    columns: [.domain, .activeDirectoryLogin],
    options: [
      OptionDeclaration(
        "separator", .string, default: .string("\\"), "the separator between the columns")
    ])
) { LoginListExporter() }

/// Writes a line for each row: its columns, in the order in which they were asked for.
struct LoginListExporter: Exporter {
  private var columns: [RowColumn] = []
  private var separator: [UInt8] = []

  mutating func begin(_ header: ExportHeader) throws -> [UInt8] {
    columns = header.columns
    separator = Array((header.options.string("separator") ?? "\\").utf8)
    return []
  }

  mutating func write(_ batch: RowBatch) throws -> [UInt8] {
    var lines: [UInt8] = []
    for row in 0..<batch.count {
      for (index, column) in columns.enumerated() {
        if index > 0 { lines += separator }
        // Values of a directory may hold anything: a line stays a line, and text stays text.
        let text = batch.text(column, row: row) ?? ""
        lines += text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
      }
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }

  mutating func end(_ summary: ExportSummary) throws -> [UInt8] { [] }
}
