import Foundation
import Harness
import Testing

@testable import tenantctl

@Suite("Files that appear whole or not at all", .timeLimit(.minutes(5)))
struct PartialFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("A finished file is there with all its bytes, readable by its owner only")
  func finished() throws {
    let path = folder.path("acme.csv")
    let file = try PartialFile(path)
    try file.write(Array("one".utf8))
    try file.write(Array("two".utf8))
    #expect(try folder.entries().isEmpty)
    try file.finish()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "onetwo")
    #expect(try folder.mode("acme.csv") == 0o600)
    #expect(try folder.entries() == ["acme.csv"])
  }

  @Test("A file that was not finished leaves the one before it, and nothing else")
  func abandoned() throws {
    let path = folder.path("acme.csv")
    try "before".write(toFile: path, atomically: true, encoding: .utf8)
    do {
      let file = try PartialFile(path)
      try file.write(Array("half".utf8))
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
    #expect(try folder.entries() == ["acme.csv"])
  }

  @Test("What a killed program left is removed, and nothing that is written or somebody else's")
  func leftovers() throws {
    let names = [
      ".acme.csv.\(UUID().uuidString).partial", ".acme.csv.\(UUID().uuidString).partial",
      ".acme.csv.mine.partial", ".globex.csv.\(UUID().uuidString).partial",
    ]
    for name in names { try folder.write("half", to: name) }
    let held = open(folder.path(names[1]), O_RDONLY)
    defer { close(held) }
    try #require(flock(held, LOCK_EX | LOCK_NB) == 0)
    let file = try PartialFile(folder.path("acme.csv"))
    try file.write(Array("whole".utf8))
    try file.finish()
    #expect(try folder.entries() == (names.dropFirst() + ["acme.csv"]).sorted())
  }

  @Test("A finished file replaces the one before it")
  func replaced() throws {
    let path = folder.path("acme.csv")
    try "before".write(toFile: path, atomically: true, encoding: .utf8)
    let file = try PartialFile(path)
    try file.write(Array("after".utf8))
    try file.finish()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "after")
    #expect(try folder.mode("acme.csv") == 0o600)
  }

  @Test("Behind a link, the link stays and its target is replaced")
  func link() throws {
    let target = folder.path("target.csv")
    try "before".write(toFile: target, atomically: true, encoding: .utf8)
    let link = folder.path("link.csv")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    let file = try PartialFile(link)
    try file.write(Array("after".utf8))
    try file.finish()
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "after")
  }

  @Test("A device is written to and not replaced; a full one is an error")
  func devices() throws {
    let null = try PartialFile("/dev/null")
    try null.write([1])
    try null.finish()
    let attributes = try FileManager.default.attributesOfItem(atPath: "/dev/null")
    #expect(attributes[.type] as? FileAttributeType == .typeCharacterSpecial)
    let full = try PartialFile("/dev/full")
    #expect(throws: OutputError.self) { try full.write([1]) }
  }

  @Test("A folder that is not there, or stands in the file's place, is an error with its name")
  func unwritable() throws {
    let missing = folder.path("missing/acme.csv")
    let error = #expect(throws: OutputError.self) { try PartialFile(missing) }
    #expect(error?.message.contains(missing) == true)
    #expect(throws: OutputError.self) { try PartialFile(folder.path(".")) }
  }
}
