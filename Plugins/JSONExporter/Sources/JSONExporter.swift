package import PluginContract

/// The plugin: `--format json`, one object for the whole export.
package let jsonExporter = ExporterPlugin(
  ExporterDeclaration(
    name: "json", version: "1.0.0",
    summary: "one JSON object: the snapshot, its counts, every user with its reason, and findings",
    fileExtension: "json", mediaType: "application/json", columns: RowColumn.snapshot)
) { JSONExporter() }

/// Writes the document: head, one line a user, tail. Always exact and without a byte order mark
/// (R5; RFC 8259, section 8.1).
struct JSONExporter: Exporter {
  private var rows = RowObjectWriter(columns: [])
  private var isEmpty = true

  mutating func begin(_ header: ExportHeader) -> [UInt8] {
    rows = RowObjectWriter(columns: header.columns)
    isEmpty = true
    return DocumentWriter.head(header)
  }

  mutating func write(_ batch: RowBatch) -> [UInt8] {
    var json = JSONBytes()
    json.reserve(batch.count * 512)
    rows.take(batch)
    for row in 0..<batch.count {
      json.raw(isEmpty ? "\n  " : ",\n  ")
      isEmpty = false
      rows.write(row: row, to: &json)
    }
    return json.bytes
  }

  mutating func end(_ summary: ExportSummary) -> [UInt8] { DocumentWriter.tail(summary) }
}
