import Foundation
import Testing

@Suite("Folders of example plugins")
struct ExampleFolderTests {
  static let examples = (try? SourceTree.examples()) ?? []

  @Test("there are examples") func thereAreExamples() { #expect(Self.examples.count >= 3) }

  @Test("each has README.md, manifest.yaml and a program or the source of one", arguments: examples)
  func parts(example: String) throws {
    let entries = Set(try SourceTree.entries("Plugins/Examples/\(example)"))
    #expect(entries.isSuperset(of: ["README.md", "manifest.yaml"]))
    #expect(entries.isSuperset(of: ["Package.swift", "Sources"]) || entries.contains(example))
  }

  @Test("each bears its folder's name, and its README shows how to use it", arguments: examples)
  func name(example: String) throws {
    let manifest = try SourceTree.text("Plugins/Examples/\(example)/manifest.yaml")
    #expect(manifest.contains("\nname: \(example)\n"))
    let isMatcher = manifest.contains("\nkind: matcher\n")
    let readme = try SourceTree.text("Plugins/Examples/\(example)/README.md")
    #expect(readme.contains(isMatcher ? "matcher: \(example)\n" : "--format \(example) "))
  }

  @Test("each README names every option of the manifest", arguments: examples)
  func options(example: String) throws {
    let manifest = try SourceTree.text("Plugins/Examples/\(example)/manifest.yaml")
    let readme = try SourceTree.text("Plugins/Examples/\(example)/README.md")
    let lines = manifest.split(separator: "\n").drop { $0 != "options:" }.dropFirst()
    #expect(!lines.isEmpty)
    for line in lines {
      let option = try #require(line.split(separator: ":").first).trimmingCharacters(
        in: .whitespaces)
      #expect(readme.contains("`\(option)`"), "\(option)")
    }
  }

  @Test("what is to be copied as it is holds nothing else", arguments: examples)
  func noStrayFiles(example: String) throws {
    let entries = Set(try SourceTree.entries("Plugins/Examples/\(example)"))
    let agreed: Set = [
      "README.md", "manifest.yaml", "Package.swift", "Package.resolved", "Sources", example,
    ]
    #expect(entries.subtracting(agreed) == [])
  }
}
