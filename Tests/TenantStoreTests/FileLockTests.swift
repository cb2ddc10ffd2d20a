import Foundation
import Testing

@testable import TenantStore

@Suite("A tenant's lock (T1)", .timeLimit(.minutes(5)), .sqliteOnly("a lock of a file"))
struct FileLockTests {
  private func taken(_ path: String) throws -> FileLock {
    try FileLock(path: path, tenant: "acme", actor: "alice")
  }

  @Test("given back, it is free, even while a program that is being started has the file open too")
  func inherited() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "acme.lock").path
    let lock = try taken(path)
    // What a child has between fork and exec: the same open file.
    let mine = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").first {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
    }
    let copy = dup(try #require(mine.flatMap(CInt.init)))
    defer { close(copy) }
    #expect(throws: StoreError.self) { try taken(path) }
    lock.release()
    try taken(path).release()
  }
}
