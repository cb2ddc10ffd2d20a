package import PluginContract

/// The plugin: `--format ndjson`, one JSON object a line and a line a user.
package let ndjsonExporter = ExporterPlugin(
  ExporterDeclaration(
    name: "ndjson", version: "1.0.0", summary: "one JSON object a line, a line for each user",
    fileExtension: "ndjson", mediaType: "application/x-ndjson", usesSummary: false,
    columns: RowColumn.snapshot)
) { NDJSONExporter() }

/// Writes the users only: what concerns the snapshot as a whole is in `json`.
struct NDJSONExporter: Exporter {
  private var rows = RowObjectWriter(columns: [])

  mutating func begin(_ header: ExportHeader) -> [UInt8] {
    rows = RowObjectWriter(columns: header.columns)
    return []
  }

  mutating func write(_ batch: RowBatch) -> [UInt8] {
    var json = JSONBytes()
    json.reserve(batch.count * 512)
    rows.take(batch)
    for row in 0..<batch.count {
      rows.write(row: row, to: &json)
      json.raw("\n")
    }
    return json.bytes
  }

  mutating func end(_ summary: ExportSummary) -> [UInt8] { [] }
}
