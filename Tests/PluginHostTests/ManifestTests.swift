import Foundation
import Harness
import PluginHost
import Testing

@Suite("Every key of a manifest is read and checked", .timeLimit(.minutes(5)))
struct ManifestTests {
  private let folder: PluginFolder
  private let good: String
  private var path: String { folder.path("fake/manifest.yaml") }

  init() throws {
    folder = try PluginFolder()
    try folder.add(PythonPlugin())
    good = try folder.manifest(of: PythonPlugin())
  }

  /// What the refusal says of a manifest, the file's path left out.
  private func refusal(of text: String) throws -> String? {
    try folder.write(text, to: "fake/manifest.yaml", mode: 0o644)
    let real = URL(filePath: path).resolvingSymlinksInPath().path
    return InstalledPlugin(folder: folder.path("fake")).refusal?.replacing(real, with: "FILE")
  }

  static let damages: [(String, String, String)] = [
    ("name: fake", "name: other", "FILE:2:7: 'name' must be the folder's name, 'fake'"),
    ("name: fake", "name: ../fake", "FILE:2:7: 'name' must be 1 to 63 lower case letters"),
    ("kind: matcher", "kind: spy", "FILE:3:7: "),
    ("manifest: 1", "manifest: 2", "FILE:1:11: "),
    ("contract: 1", "contract: one", "FILE:5:11: "),
    (
      "contract: 1", "contract: 99", "FILE:5:11: the plugin is for version 99 of the contract, this"
    ),
    ("program: program", "program: ../program", "FILE:6:10: 'program' must be the name of a file"),
    ("program: program", "program: .hidden", "FILE:6:10: 'program' must be the name of a file"),
    ("author: a test", "autor: a test", "FILE:9:1: unknown key 'autor' in a plugin manifest; did"),
    ("author: a test", "author: a test\nauthor: b", "FILE:10:1: duplicate key 'author', first at"),
    ("author: a test", "author: [", "not valid YAML"),
    ("author: a test", "", "needs the key 'author'"),
    ("author: a test", "author: &a x", "FILE:9:9: anchors are not allowed"),
    ("sha256: ", "sha256: 12 # ", "FILE:8:9: 'sha256' must be 64 hexadecimal digits"),
    ("default: none", "default: 3", "must be text"),
    ("type: text", "type: tree", "cannot be 'tree'"),
    ("author: a test", "author: a test\nreads: [etc]", "must be an absolute path"),
    ("author: a test", "author: a test\nfileExtension: txt", "'fileExtension' does not apply to"),
  ]

  @Test("what is wrong is told with line and column", arguments: damages)
  func damaged(old: String, new: String, words: String) throws {
    let refusal = try #require(try refusal(of: good.replacing(old, with: new, maxReplacements: 1)))
    #expect(refusal.contains(words), "\(refusal)")
  }

  @Test("an empty file, one of a megabyte, and none")
  func wholeFile() throws {
    #expect(try refusal(of: "")?.contains("FILE:1:1: the file is empty") == true)
    let long = good + "# " + String(repeating: "x", count: 1 << 20)
    #expect(try refusal(of: long)?.contains("larger than 1 MiB; a manifest is a few lines") == true)
    try FileManager.default.removeItem(atPath: path)
    let refusal = try #require(InstalledPlugin(folder: folder.path("fake")).refusal)
    #expect(refusal.hasPrefix("there is no '/"))
  }

  @Test("an exporter says its extension and media type")
  func exporter() throws {
    let text = good.replacing("kind: matcher", with: "kind: exporter")
    let refusal = try #require(try refusal(of: text))
    #expect(refusal.contains("'fileExtension'") && refusal.contains("'mediaType'"), "\(refusal)")
    let more = "fileExtension: .TXT\nmediaType: text/plain\n"
    #expect(try self.refusal(of: text + more)?.contains("1 to 16 lower case letters") == true)
  }

  @Test("random damage gives a manifest or a refusal, never a crash")
  func mutations() throws {
    var random = SeededGenerator(seed: 20_260_101)
    for _ in 0..<2_000 {
      var bytes = Array(good.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) { Self.damage(&bytes, &random) }
      try Data(bytes).write(to: URL(filePath: path))
      let plugin = InstalledPlugin(folder: folder.path("fake"))
      #expect((plugin.manifest == nil) == (plugin.refusal != nil))
    }
  }

  private static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return bytes.append(0x3A) }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 3:
      bytes.insert(contentsOf: Array("\n- {[&*!%@`|>'\"".utf8.shuffled(using: &random)), at: place)
    default: bytes.removeLast(bytes.count - place)
    }
  }
}
