import Foundation
import Harness
import PluginHost
import Testing

@Suite("A plugin's hash is written into its manifest", .timeLimit(.minutes(5)))
struct ManifestSealTests {
  private let folder: PluginFolder
  private var path: String { folder.path("fake") }
  private var manifest: String { "\(path)/manifest.yaml" }

  init() throws {
    folder = try PluginFolder()
    try folder.add(PythonPlugin())
  }

  private func text() throws -> String { try String(contentsOfFile: manifest, encoding: .utf8) }

  /// The same manifest with the line of the hash changed or gone, and with these line ends.
  private func rewrite(hash: String?, lineEnd: String = "\n") throws {
    let lines = try text().split(separator: "\n").compactMap { line -> String? in
      line.hasPrefix("sha256:") ? hash.map { "sha256: \($0)" } : String(line)
    }
    try folder.write(
      lines.joined(separator: lineEnd) + lineEnd, to: "fake/manifest.yaml", mode: 0o644)
  }

  @Test("the line is replaced or added, and everything else stays", arguments: ["\n", "\r\n"])
  func seals(lineEnd: String) throws {
    let zeros = String(repeating: "0", count: 64)
    for hash in [zeros, nil] {
      try rewrite(hash: hash, lineEnd: lineEnd)
      let others = try text().components(separatedBy: lineEnd).filter { !$0.hasPrefix("sha256") }
      let sealed = try ManifestSeal(folder: path).write()
      #expect(sealed == (try PluginFolder.sha256("\(path)/program")))
      let lines = try text().components(separatedBy: lineEnd)
      #expect(lines.filter { !$0.hasPrefix("sha256") } == others)
      #expect(lines.filter { $0 == "sha256: \(sealed)" }.count == 1)
      #expect(try InstalledPlugin(folder: path).program().sha256 == sealed)
    }
  }

  @Test("the file is not writable by others, whatever the umask")
  func mode() throws {
    try rewrite(hash: nil)
    let old = umask(0)
    defer { umask(old) }
    _ = try ManifestSeal(folder: path).write()
    let mode = try FileManager.default.attributesOfItem(atPath: manifest)[.posixPermissions]
    #expect(mode as? Int == 0o644)
  }

  @Test("a link in the draft's place leads nowhere")
  func plantedLink() throws {
    try rewrite(hash: nil)
    try folder.write("precious", to: "victim", mode: 0o600)
    symlink(folder.path("victim"), manifest + ".new")
    let error = #expect(throws: PluginError.self) { try ManifestSeal(folder: path).write() }
    #expect(error?.message.contains("cannot be written") == true)
    #expect(try String(contentsOfFile: folder.path("victim"), encoding: .utf8) == "precious")
  }

  @Test(
    "a folder or manifest that others may write is not touched",
    arguments: ["fake", "fake/manifest.yaml"])
  func writable(name: String) throws {
    try rewrite(hash: nil)
    let before = try text()
    try folder.setMode(0o777, of: name)
    let error = #expect(throws: PluginError.self) { try ManifestSeal(folder: path).write() }
    #expect(error?.message.contains("run: chmod go-w") == true)
    #expect(try text() == before)
  }
}
