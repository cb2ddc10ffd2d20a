import Administration
import Authorization
import Foundation
import TenantCore
import Testing

@testable import TenantStore

@Suite("The installation's audit in a file", .timeLimit(.minutes(5)), .sqliteOnly("a file"))
struct AuditLogTests {
  let access = AccessFixture()

  private func refuse() throws {
    try access.folder.auditLog.record(
      RefusalRecord(
        at: AccessFixture.moment, actor: "bob", userID: 7, tenant: "acme", action: "review",
        missing: []))
  }

  /// A line as another program reads it.
  private struct Line: Decodable, Equatable {
    var at = AccessFixture.moment.description
    var actor = "alice"
    var userID: UInt32? = 7
    var tenant: String
    var action: String
    var outcome = "done"
    var subject: String?
    var roles: [String]?
  }

  private func lines() throws -> [Line] {
    let text = try String(contentsOfFile: access.fixture.path + "/audit.log", encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  @Test("holds refusals and changes of access, and each is read as what it is (A2)")
  func both() async throws {
    try refuse()
    try await access.add("maria")
    _ = try await access.token("nightly", roles: ["admin"])
    _ = try await access.token("nightly", tenant: "globex")
    try refuse()
    let audit = access.folder.auditLog
    #expect(try audit.refusals(ofTenant: "acme").map(\.actor) == ["bob", "bob"])
    let done = try lines().filter { $0.outcome == "done" }
    #expect(
      done == [
        Line(tenant: "acme", action: "access add", subject: "maria"),
        Line(tenant: "acme", action: "access token", subject: "nightly", roles: ["admin"]),
        Line(tenant: "globex", action: "access token", subject: "nightly", roles: ["admin"]),
      ])
    #expect(try audit.refusals(ofTenant: "acme", limit: 0) == [])
  }

  @Test("lines of earlier versions are refusals, as they were")
  func earlierLines() async throws {
    try await access.add("maria")
    let line = """
      {"action":"sync","actor":"bob","at":"2026-11-22T13:00:00Z","missing":["Administer Tenant"],\
      "outcome":"refused","tenant":"acme","userID":7}

      """
    let path = access.fixture.path + "/audit.log"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data((line + "{\"at\":\"2026").utf8))
    #expect(
      try access.folder.auditLog.refusals(ofTenant: "acme").map(\.missing)
        == [["Administer Tenant"]])
  }

  @Test("a line that a full disk cut off takes none of the next with it")
  func torn() throws {
    try refuse()
    let path = access.fixture.path + "/audit.log"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"at\":\"2026-11".utf8))
    try refuse()
    try refuse()
    #expect(try access.folder.auditLog.refusals(ofTenant: "acme").count == 3)
  }

  @Test("what another is just writing is not taken for cut off: there is no line without words")
  func underWay() async throws {
    let words = String(repeating: "a", count: 9000)
    let log = access.folder.auditLog
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        group.addTask {
          for _ in 0..<200 {
            try log.record(
              RefusalRecord(
                at: AccessFixture.moment, actor: "bob", userID: 7, tenant: "acme",
                action: "\(number)\(words)", missing: []))
          }
        }
      }
      try await group.waitForAll()
    }
    let text = try String(contentsOfFile: access.fixture.path + "/audit.log", encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 801 && lines.dropLast().allSatisfy { !$0.isEmpty })
  }

  @Test("is read however long it is, and a line of megabytes is passed over")
  func long() throws {
    try refuse()
    let path = access.fixture.path + "/audit.log"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(String(repeating: "x\"acme\"", count: 600_000).utf8))
    // A hole: 5 GiB that take no room.
    try handle.truncate(atOffset: 5 << 30)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("\n".utf8))
    for _ in 0..<3 { try refuse() }
    #expect(try access.folder.auditLog.refusals(ofTenant: "acme", limit: 3).count == 3)
    try handle.truncate(atOffset: 3 << 20)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("\n".utf8))
    try refuse()
    #expect(try access.folder.auditLog.refusals(ofTenant: "acme").count == 2)
  }

  @Test("what was done names outcome and subject, and no secret")
  func line() async throws {
    let secret = try await access.token("nightly")
    let text = try String(contentsOfFile: access.fixture.path + "/audit.log", encoding: .utf8)
    #expect(text.contains("\"outcome\":\"done\""))
    #expect(text.contains("\"subject\":\"nightly\""))
    #expect(!text.contains(secret))
  }
}
