import Foundation
import PluginContract
import Testing

/// The stored files that an export is held against; no test writes them.
enum Golden {
  /// The bytes of a stored file.
  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = try #require(Bundle.module.url(forResource: "Golden", withExtension: nil))
    return Array(try Data(contentsOf: folder.appending(path: name)))
  }
}

/// A whole file, the rows cut into batches of `size`.
func export(
  _ plugin: ExporterPlugin, header: ExportHeader, rows: [[RowColumn: [String]]],
  summary: ExportSummary = ExportSummary(), size: Int = RowBatch.maximumCount
) throws -> [UInt8] {
  var exporter = try plugin.make()
  var bytes = try exporter.begin(header)
  for start in stride(from: 0, to: rows.count, by: size) {
    var batch = RowBatch(columns: header.columns)
    for row in rows[start..<min(start + size, rows.count)] { batch.appendRow { row[$0] ?? [] } }
    bytes += try exporter.write(batch)
  }
  return bytes + (try exporter.end(summary))
}

/// Shown in a failing test in place of a wall of numbers.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
