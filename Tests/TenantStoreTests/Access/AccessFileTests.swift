import Administration
import Authorization
import Foundation
import Testing

@testable import TenantStore

@Suite("The access file", .timeLimit(.minutes(5)), .sqliteOnly("a file"))
struct AccessFileTests {
  let access = AccessFixture()

  private func isRefused(
    _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let errors = [
      await #expect(throws: StoreError.self) { _ = try await access.isLocalUser("maria") },
      await #expect(throws: StoreError.self) { _ = try await access.editor().tokens() },
      await #expect(throws: StoreError.self) { try await access.add("eva") },
    ]
    for error in errors {
      #expect(error?.code == .store, sourceLocation: sourceLocation)
      for word in words {
        #expect(
          error?.message.contains(word) == true, "\(error?.message ?? "")",
          sourceLocation: sourceLocation)
      }
      // Nothing of a file that may hold secrets is repeated.
      #expect(error?.message.contains("$argon2id$") == false, sourceLocation: sourceLocation)
    }
  }

  @Test("is 0600 in a folder of 0700, and alone there but for its lock")
  func modes() async throws {
    try await access.add("maria")
    #expect(try access.fixture.mode(access.filePath) == 0o600)
    #expect(try access.fixture.mode(access.fixture.path + "/access") == 0o700)
    let names = try FileManager.default.contentsOfDirectory(atPath: access.fixture.path + "/access")
    #expect(names.sorted() == ["acme.json", "acme.lock"])
  }

  @Test("to ask makes nothing")
  func asking() async throws {
    #expect(try await !access.isLocalUser("maria"))
    #expect(try await access.editor().localUsers() == [])
    #expect(!FileManager.default.fileExists(atPath: access.fixture.path))
  }

  @Test("is refused if others may read or write it (A4)", arguments: [0o640, 0o604, 0o620, 0o602])
  func othersMayReadIt(mode: Int) async throws {
    try await access.add("maria")
    try access.setMode(mode, access.filePath)
    await isRefused("by others", "chmod 600")
  }

  @Test("is refused in a folder that others may read or write (A4)", arguments: [0o750, 0o701])
  func othersMayReadTheFolder(mode: Int) async throws {
    try await access.add("maria")
    try access.setMode(mode, access.fixture.path + "/access")
    await isRefused("by others", "chmod 700")
  }

  @Test("is refused if it belongs to another user (A4)")
  func foreign() async throws {
    try await access.add("maria")
    let file = try #require(AccessFile(of: "acme", in: access.folder, runningUser: 54321))
    let error = #expect(throws: StoreError.self) { _ = try file.read() }
    #expect(error?.message.contains("not to the running user, 54321") == true)
  }

  @Test("is refused if it, or its folder, is a symbolic link")
  func links() async throws {
    try await access.add("maria")
    let manager = FileManager.default
    try manager.moveItem(atPath: access.filePath, toPath: access.fixture.path + "/elsewhere")
    try manager.createSymbolicLink(
      atPath: access.filePath, withDestinationPath: access.fixture.path + "/elsewhere")
    await isRefused("symbolic link")
    let folder = access.fixture.path + "/access"
    try manager.removeItem(atPath: access.filePath)
    try manager.moveItem(atPath: access.fixture.path + "/elsewhere", toPath: access.filePath)
    try manager.moveItem(atPath: folder, toPath: access.fixture.path + "/moved")
    try manager.createSymbolicLink(
      atPath: folder, withDestinationPath: access.fixture.path + "/moved")
    await isRefused("symbolic link")
  }

  @Test("is refused if it is a pipe, without waiting for a writer")
  func pipe() async throws {
    try await access.add("maria")
    try FileManager.default.removeItem(atPath: access.filePath)
    #expect(mkfifo(access.filePath, 0o600) == 0)
    await isRefused("not a regular file")
  }

  @Test("is refused beyond 1 MiB")
  func huge() async throws {
    try await access.add("maria")
    try access.write(try access.contents() + String(repeating: " ", count: 1 << 20))
    await isRefused("longer than 1 MiB")
  }

  @Test("does not grow beyond what is read")
  func full() async throws {
    let secret = try await access.token("first")
    let long = String(repeating: "r", count: 1 << 20)
    let error = await #expect(throws: StoreError.self) {
      _ = try await access.token("second", roles: [long])
    }
    #expect(error?.message.contains("longer than 1 MiB") == true)
    #expect(
      try await access.credentials.token(secret, of: "acme", at: AccessFixture.moment) != nil)
  }

  @Test(
    "is refused if it was tampered with",
    arguments: [
      ("\"version\":1", "\"version\":\"1\""), ("m=65536", "m=4194304"), ("t=2", "t=1"),
      ("argon2id$v", "argon2i$v"), ("\"name\":\"maria\"", "\"name\":\"mar ia\""),
      ("\"tenant\":\"acme\"", "\"tenant\":\"globex\""), ("\"setAt\":\"2", "\"setAt\":\"x"),
      ("}", ""), ("\"sha256\":\"", "\"sha256\":\"00"),
      ("\"name\":\"second\"", "\"name\":\"first\""),
    ])
  func tampered(old: String, new: String) async throws {
    try await access.add("maria")
    _ = try await access.token("first")
    _ = try await access.token("second")
    let before = try access.contents()
    let after = before.replacing(old, with: new, maxReplacements: 1)
    #expect(after != before)
    try access.write(after)
    await isRefused("is damaged")
    #expect(try access.contents() == after)
  }

  @Test("is refused if a newer version wrote it")
  func newer() async throws {
    try await access.add("maria")
    try access.write(try access.contents().replacing("\"version\":1", with: "\"version\":2"))
    await isRefused("newer version")
  }

  @Test("keeps what two who write at once add, each whole")
  func twoWriters() async throws {
    try await withThrowingTaskGroup { group in
      for number in 0..<12 { group.addTask { _ = try await access.token("t\(number)") } }
      group.addTask { try await access.add("maria") }
      group.addTask {
        for _ in 0..<50 { _ = try await access.editor().tokens() }
      }
      try await group.waitForAll()
    }
    #expect(try await access.editor().tokens().count == 12)
    #expect(try await access.isLocalUser("maria"))
  }

  @Test("what a killed program left behind stops nobody")
  func leftover() async throws {
    try await access.add("maria")
    let partial = access.fixture.path + "/access/.acme.json.partial"
    try Data("{".utf8).write(to: URL(filePath: partial))
    try await access.add("eva")
    #expect(!FileManager.default.fileExists(atPath: partial))
    #expect(try await access.editor().localUsers().map(\.name) == ["eva", "maria"])
  }

  @Test("a change that the audit cannot record is not made (A2)")
  func noAudit() async throws {
    try await access.add("maria")
    let audit = access.fixture.path + "/audit.log"
    try FileManager.default.removeItem(atPath: audit)
    try FileManager.default.createDirectory(atPath: audit, withIntermediateDirectories: false)
    let before = try access.contents()
    await #expect(throws: StoreError.self) { try await access.add("eva") }
    #expect(try access.contents() == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: access.fixture.path + "/access")
    #expect(names.sorted() == ["acme.json", "acme.lock"])
  }
}
