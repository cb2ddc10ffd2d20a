import Foundation
import Testing

@testable import PluginHost

@Suite("The folder that a plugin may write", .timeLimit(.minutes(5)))
struct WorkingFolderTests {
  private func folder(_ name: String, hoursOld hours: Double) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: name).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try Data("someone's address".utf8).write(to: URL(filePath: path + "/file"))
    let date = Date.now.addingTimeInterval(-3600 * hours)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    return path
  }

  @Test("what a killed program left is removed; what is in use, young or another's name stays")
  func leftovers() throws {
    let id = UUID().uuidString
    let left = try folder("tenantctl-plugin-left-\(id)", hoursOld: 2)
    let young = try folder("tenantctl-plugin-young-\(id)", hoursOld: 0)
    let other = try folder("tenantctl-other-\(id)", hoursOld: 2)
    let used = try folder("tenantctl-plugin-used-\(id)", hoursOld: 2)
    let lock = open(used, O_RDONLY | O_DIRECTORY)
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    defer {
      close(lock)
      for path in [young, other, used] { try? FileManager.default.removeItem(atPath: path) }
    }
    let path = try WorkingFolder().path
    let exists = FileManager.default.fileExists(atPath:)
    #expect(!exists(left) && exists(young) && exists(other) && exists(used))
    #expect(!exists(path), "its own is gone with the value")
  }
}
