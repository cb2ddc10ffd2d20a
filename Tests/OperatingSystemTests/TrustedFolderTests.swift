import Foundation
import Glibc
import OperatingSystem
import Testing

@Suite("Folders and files of any kind that are trusted (A4)")
struct TrustedFolderTests {
  /// A folder of its own, 0700, for the time of `body`.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let path =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/trusted-folder-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  /// The bytes of `manifest.yaml` in a folder; nil if there is no such file.
  private func bytes(in folder: String) throws(FileRefusal) -> [UInt8]? {
    try TrustedFolder(path: folder, kind: .manifest, runningUser: getuid())
      .file(named: "manifest.yaml", shownAs: "m")?.bytes
  }

  @Test("A file is read, or is not there")
  func file() throws {
    try withFolder { folder in
      #expect(try bytes(in: folder) == nil)
      try Data("a".utf8).write(to: URL(fileURLWithPath: folder + "/manifest.yaml"))
      #expect(try bytes(in: folder) == [0x61])
    }
  }

  @Test("What others may write is refused in the words of its kind, with the remedy")
  func unsafe() throws {
    try withFolder { folder in
      let file = folder + "/manifest.yaml"
      try Data("a".utf8).write(to: URL(fileURLWithPath: file))
      #expect(chmod(file, 0o666) == 0)
      let ofFile = try #require(throws: FileRefusal.self) { try bytes(in: folder) }
      #expect(ofFile.reason == .unsafe)
      #expect(
        ofFile.problems.first?.description.hasPrefix("m: others may write this plugin manifest")
          == true)
      #expect(chmod(folder, 0o777) == 0)
      let ofFolder = try #require(throws: FileRefusal.self) { try bytes(in: folder) }
      #expect(ofFolder.problems.map(\.path) == [folder])
      #expect(ofFolder.problems.first?.message.contains("this plugin folder (mode 0777)") == true)
    }
  }

  @Test("A folder that is not there is unreadable, and the message names its kind")
  func missing() throws {
    let refusal = try #require(throws: FileRefusal.self) { try bytes(in: "/no/such") }
    #expect(refusal.reason == .unreadable)
    #expect(
      refusal.problems.map(\.description) == [
        "/no/such: the plugin folder cannot be opened: no such file or directory; "
          + "name another one"
      ])
  }

  @Test("A command to paste survives any path")
  func shellWords() {
    #expect(FileSafety.shellWord("/a/b-c_1.yaml") == "/a/b-c_1.yaml")
    #expect(FileSafety.shellWord("/a b/c") == "'/a b/c'")
    #expect(FileSafety.shellWord("it's") == "'it'\\''s'")
    #expect(FileSafety.shellWord("$(x)") == "'$(x)'")
    #expect(FileSafety.shellWord("-rf") == "'./-rf'")
    #expect(FileSafety.shellWord("") == "''")
  }
}

extension FileKind {
  fileprivate static let manifest = FileKind(
    name: "plugin manifest", folderName: "plugin folder", needs: "the key 'name'",
    remedyIfLarge: "shorten it")
}
