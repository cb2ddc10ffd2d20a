import Administration
import Authorization
import Foundation
import GRDB
import TenantCore
import Testing

@testable import TenantStore

@Suite(.timeLimit(.minutes(5)), .sqliteOnly("files of the state folder"))
struct FilesTests {
  let fixture = Fixture()

  @Test func `the folders are 0700 and the files 0600`() async throws {
    let store = try await fixture.synced()
    let lock = try await store.lock()
    try fixture.folder.auditLog.record(refusal("acme"))
    for folder in ["", "/tenants"] { #expect(try fixture.mode(fixture.path + folder) == 0o700) }
    let files = ["/audit.log", "/tenants/acme.sqlite", "/tenants/acme.sqlite-wal"]
    for file in files + ["/tenants/acme.lock"] {
      #expect(try fixture.mode(fixture.path + file) == 0o600, "\(file)")
    }
    await lock.release()
  }

  @Test func `a folder that others may write is refused with the chmod (A4)`() throws {
    _ = try fixture.open()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o770], ofItemAtPath: fixture.path)
    let error = #expect(throws: StoreError.self) { _ = try fixture.open(writable: false) }
    #expect(error?.message.contains("chmod go-w \(fixture.path)") == true)
  }

  @Test func `reading a store that is not there makes nothing (S6)`() async throws {
    let store = try fixture.open(writable: false)
    #expect(try await store.users().count == 0)
    #expect(try await store.snapshot() == nil)
    let lock = try await store.lock()
    #expect(lock is NoLock)
    #expect(!FileManager.default.fileExists(atPath: fixture.path))
    await #expect(throws: StoreError.self) { _ = try await store.record(Fixture.run()) }
  }

  @Test func `reading a store leaves its folder as it was, byte for byte (S6)`() async throws {
    do { _ = try await fixture.synced() }
    func contents() throws -> [String: Data] {
      let folder = fixture.path + "/tenants"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      return try Dictionary(
        uniqueKeysWithValues: names.map {
          ($0, try Data(contentsOf: URL(filePath: folder + "/" + $0)))
        })
    }
    let before = try contents()
    do {
      let store = try fixture.open(writable: false)
      #expect(try await store.users().count == 3)
      #expect(try await store.snapshot()?.run.id == 1)
    }
    #expect(try contents() == before)
  }

  @Test func `a second start says who runs, since when, and the lock comes free (T1)`() async throws
  {
    let first = try fixture.open()
    let lock = try await first.lock()
    let error = await #expect(throws: StoreError.self) { _ = try await fixture.open().lock() }
    #expect(error?.code == .alreadyRunning)
    #expect(error?.message.contains("started by alice at 20") == true)
    await lock.release()
    try await fixture.open().lock().release()
  }

  @Test func `an edit waits for no run: it is refused while one is under way (T1)`() async throws {
    let store = try await fixture.imported()
    let lock = try await fixture.open().lock()
    let error = await #expect(throws: StoreError.self) {
      try await store.edit("bob", UserEdit(isActive: true), actor: "a", at: Fixture.moment)
    }
    #expect(error?.code == .alreadyRunning)
    await lock.release()
    let own = try await store.lock()
    try await store.edit("bob", UserEdit(isActive: true), actor: "a", at: Fixture.moment)
    await own.release()
  }

  @Test func `a truncated store is refused with a message, whatever is read`() async throws {
    do { _ = try await fixture.synced() }
    let handle = try #require(FileHandle(forUpdatingAtPath: fixture.storePath))
    try handle.truncate(atOffset: 5000)
    let error = await #expect(throws: StoreError.self) {
      let store = try fixture.open(writable: false)
      _ = try await store.users()
      _ = try await store.snapshot()
    }
    #expect(error?.code == .store && error?.message.contains("is damaged") == true)
  }

  @Test func `a file that is not a store is refused with a message`() throws {
    try fixture.folder.makeTenants()
    try String(repeating: "nonsense ", count: 1000).write(
      toFile: fixture.storePath, atomically: true, encoding: .utf8)
    for writable in [false, true] {
      let error = #expect(throws: StoreError.self) { _ = try fixture.open(writable: writable) }
      #expect(error?.message.contains("is damaged") == true)
    }
  }

  @Test func `a store of a newer version is refused`() throws {
    do {
      let store = try fixture.open()
      try store.sqlite.write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')")
      }
    }
    for writable in [false, true] {
      let error = #expect(throws: StoreError.self) { _ = try fixture.open(writable: writable) }
      #expect(error?.message.contains("newer version") == true)
    }
  }

  @Test func `an empty file, as a crash may leave one, is an empty store`() async throws {
    try fixture.folder.makeTenants()
    try PrivateFile.create(fixture.storePath)
    #expect(try await fixture.open(writable: false).users().count == 0)
    #expect(try await fixture.open().users().count == 0)
  }

  @Test func `a full disk loses nothing (T4)`() async throws {
    let store = try await fixture.synced()
    try await store.sqlite.writeWithoutTransaction { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
    let people = (0..<3000).map { number in
      let guid = ObjectGUID(bytes: Array("\(10_000_000 + number)aaaaaaaa".utf8))
      return Person(login: "p\(number)", guid: guid)
    }
    let plan = Fixture.plan(people, users: try await store.users())
    let error = await #expect(throws: StoreError.self) {
      _ = try await store.apply(plan, run: Fixture.run())
    }
    #expect(error?.code == .store && error?.message.contains("no space is left") == true)
    #expect(try await store.snapshot()?.run.id == 1)
    #expect(try await store.links().count == 1)
  }

  @Test func `refusals are kept as lines and read by tenant, the latest first (A2)`() throws {
    let log = fixture.folder.auditLog
    for tenant in ["acme", "other", "acme"] { try log.record(refusal(tenant)) }
    try log.record(refusal("acme", action: "sync \"x\"\n"))
    #expect(
      try log.refusals(ofTenant: "acme").map(\.action) == ["sync \"x\"\n", "review", "review"])
    #expect(try log.refusals(ofTenant: "acme", limit: 1).count == 1)
    let text = try String(contentsOfFile: fixture.path + "/audit.log", encoding: .utf8)
    #expect(text.split(separator: "\n").count == 4)
  }

  private func refusal(_ tenant: String, action: String = "review") -> RefusalRecord {
    RefusalRecord(
      at: Fixture.moment, actor: "bob", userID: 7, tenant: tenant, action: action,
      missing: ["Administer Tenant"])
  }
}
