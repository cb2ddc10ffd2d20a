import Foundation
import Harness
import OperatingSystem
import PluginContract
import TenantCore
import Testing

@testable import TenantStore

@Suite("Users files in blocks, and kept while they have not changed", .timeLimit(.minutes(5)))
struct UsersFileKeepingTests {
  private static let cells = [
    "", " ", "a", "Anna", "ÄÖ", "\"x,y\"", "\"a\nb\"", "true", "false", "z9",
  ]

  private func file(_ random: inout SeededGenerator) -> [UInt8] {
    var text = "userName,email,active\n"
    for row in 0..<random.number(below: 60) {
      let name = random.number(below: 5) == 0 ? "" : "user\(random.number(below: 80))"
      let active = ["true", "", "FALSE", random.number(below: 9) == 0 ? "maybe" : "true"][
        random.number(below: 4)]
      var cells = [name, Self.cells[random.number(below: Self.cells.count)], active]
      if random.number(below: 20) == 0 { cells.append("\(row)") }
      text += cells.joined(separator: ",") + "\n"
    }
    return Array(text.utf8)
  }

  private func parse(_ bytes: [UInt8], threads: Int, size: Int) throws -> UsersFile {
    try UsersFileParser(path: "u.csv", reading: CSVReading(threads: threads, blockSize: size))
      .parse(TextSource(TextFile(bytes)))
  }

  @Test("users, their order and every bad row are the same for any blocks", arguments: 1...7)
  func blocks(threads: Int) throws {
    var random = SeededGenerator(seed: UInt64(threads))
    for _ in 0..<60 {
      let bytes = file(&random)
      let whole = try parse(bytes, threads: 1, size: 1 << 20)
      let parts = try parse(bytes, threads: threads, size: 1 + random.number(below: 200))
      #expect(parts.columns == whole.columns && parts.keys == whole.keys)
      #expect(parts.order == whole.order && parts.isActive == whole.isActive)
      #expect(parts.skipped == whole.skipped)
      let keys = whole.order.map { Array(whole.key(of: $0)) }
      #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }
  }

  private func stamp(of path: String, later seconds: Int = 10) throws -> KeptUsersFiles.Stamp? {
    KeptUsersFiles.Stamp(
      try FileStatus(of: path), now: Int(Date().timeIntervalSince1970) + seconds)
  }

  @Test("a file that changed, or was replaced, is another; a young one cannot be told")
  func stamps() throws {
    let folder = try TemporaryFolder()
    try folder.write("userName\na\n", to: "u.csv")
    let path = folder.path("u.csv")
    #expect(try stamp(of: path, later: 0) == nil)
    let first = try #require(try stamp(of: path))
    #expect(try stamp(of: path) == first)
    try Data("userName\nb\n".utf8).write(to: URL(filePath: path), options: .atomic)
    let second = try #require(try stamp(of: path))
    #expect(second != first)
    let kept = KeptUsersFiles()
    kept.keep(try UsersFile.read(path), path, first)
    #expect(kept.file(path, second) == nil)
    #expect(kept.file(path, first) == nil, "what has changed is dropped")
    kept.keep(try UsersFile.read(path), path, second)
    #expect(kept.file(path, second)?.count == 1)
  }

  @Test("all that is kept has a limit; what was used last stays")
  func limit() throws {
    let folder = try TemporaryFolder()
    try folder.write("userName\na\n", to: "u.csv")
    let path = folder.path("u.csv")
    let stamp = try #require(try stamp(of: path))
    let file = try UsersFile.read(path)
    let kept = KeptUsersFiles(limit: 2 * file.memory)
    for name in ["a", "b"] { kept.keep(file, name, stamp) }
    #expect(kept.file("a", stamp) != nil)
    kept.keep(file, "c", stamp)
    #expect(kept.file("b", stamp) == nil)
    #expect(kept.file("a", stamp) != nil && kept.file("c", stamp) != nil)
    #expect(KeptUsersFiles(limit: 0).file("a", stamp) == nil)
  }
}
