import Foundation
import PluginContract
import Testing
import XLSXExporter

@Suite("xlsx: manifest.yaml")
struct ManifestTests {
  private func manifest() throws -> [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "manifest.yaml")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test("says what the program declares")
  func agrees() throws {
    let lines = Set(try manifest())
    let declared = xlsxExporter.declaration
    #expect(
      lines.isSuperset(of: [
        "name: \(declared.name)", "kind: exporter", "version: \(declared.version)",
        "contract: \(declared.contractVersion)", "summary: \"\(declared.summary)\"",
        "fileExtension: \(declared.fileExtension)", "mediaType: \(declared.mediaType)",
        "streams: \(declared.streams)",
        "columns: [\(declared.columns.map(\.rawValue).joined(separator: ", "))]",
      ]))
  }

  @Test("names each option with its summary")
  func options() throws {
    let lines = try manifest()
    #expect(
      lines.filter { $0.hasPrefix("  ") }
        == xlsxExporter.declaration.options.map {
          "  \($0.name): { type: boolean, default: true, summary: \"\($0.summary)\" }"
        })
  }
}
