import Foundation
import Testing

@Suite("Plugin folders")
struct PluginFolderTests {
  static let plugins = (try? SourceTree.plugins()) ?? []

  @Test("there are plugins") func thereArePlugins() { #expect(Self.plugins.count >= 8) }

  @Test("each has README.md, sample.yaml, Sources and Tests", arguments: plugins)
  func parts(plugin: String) throws {
    let entries = try SourceTree.entries("Plugins/\(plugin)")
    #expect(Set(entries).isSuperset(of: ["README.md", "sample.yaml", "Sources", "Tests"]))
  }

  @Test("each README shows the sample as it is", arguments: plugins)
  func sampleIsShown(plugin: String) throws {
    let readme = try SourceTree.text("Plugins/\(plugin)/README.md")
    let sample = try SourceTree.text("Plugins/\(plugin)/sample.yaml")
    #expect(readme.contains(sample.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  @Test("each exporter has golden files", arguments: plugins.filter { $0.hasSuffix("Exporter") })
  func goldenFiles(plugin: String) throws {
    #expect(!(try SourceTree.entries("Plugins/\(plugin)/Tests/Golden")).isEmpty)
  }
}
