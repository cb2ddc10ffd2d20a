import Foundation
import GRDB
import TenantCore
import Testing

@testable import TenantStore

/// What is put in a store's place, and stores that were lost.
@Suite("Lost and foreign stores", .timeLimit(.minutes(5)), .sqliteOnly("files of stores"))
struct LostStoreTests {
  let fixture = Fixture()

  private var store: URL { URL(filePath: fixture.storePath) }

  private func refusal(writable: Bool) -> StoreError? {
    #expect(throws: StoreError.self) {
      let store = try fixture.open(writable: writable)
      try store.sqlite.read { database in
        for table in ["runs", "users", "snapshot_batches", "changes"] {
          _ = try Row.fetchAll(database, sql: "SELECT * FROM \(table)")
        }
      }
    }
  }

  private func execute(_ sql: String, in path: String) throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
  }

  private func contents() throws -> [String: Data] {
    let folder = store.deletingLastPathComponent()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.appending(path: $0))) })
  }

  @Test(
    "a store that is missing or empty is refused if the tenant had one, and a copy put back works")
  func lost() async throws {
    do { _ = try await fixture.synced() }
    let copy = try Data(contentsOf: store)
    try FileManager.default.removeItem(at: store)
    for state in ["is missing", "is empty"] {
      for writable in [false, true] {
        let message = try #require(refusal(writable: writable)?.message)
        #expect(message.contains(state))
        #expect(
          message.contains("restore it from a backup, or remove '\(fixture.path)/begun/acme'"))
      }
      try Data().write(to: store)
    }
    try copy.prefix(1).write(to: store)
    #expect(refusal(writable: true)?.message.contains("is empty") == true)
    try copy.write(to: store)
    #expect(try await fixture.open().snapshot()?.run.id == 1)
    try FileManager.default.removeItem(at: store)
    try FileManager.default.removeItem(atPath: fixture.path + "/begun/acme")
    #expect(try await fixture.open().users().count == 0)
  }

  @Test("a store of an earlier version is remembered once it is opened for writing")
  func remembered() async throws {
    do { _ = try await fixture.synced() }
    try FileManager.default.removeItem(atPath: fixture.path + "/begun")
    do { _ = try fixture.open(writable: false) }
    #expect(!FileManager.default.fileExists(atPath: fixture.path + "/begun"))
    do { _ = try fixture.open() }
    try Data().write(to: store)
    #expect(refusal(writable: true)?.message.contains("is empty") == true)
  }

  @Test("a store that was opened and never written is no loss")
  func neverWritten() throws {
    do { _ = try fixture.open() }
    try FileManager.default.removeItem(at: store)
    _ = try fixture.open()
  }

  @Test("a store carries its application id, one of an earlier version from its next opening on")
  func applicationID() async throws {
    do { _ = try await fixture.synced() }
    func id() throws -> Int32? {
      try DatabaseQueue(path: fixture.storePath).read {
        try Int32.fetchOne($0, sql: "PRAGMA application_id")
      }
    }
    #expect(try id() == StoreFile.applicationID)
    try execute("PRAGMA application_id = 0", in: fixture.storePath)
    #expect(try await fixture.open(writable: false).snapshot()?.run.id == 1)
    #expect(try id() == 0)
    #expect(try await fixture.open().snapshot()?.run.id == 1)
    #expect(try id() == StoreFile.applicationID)
  }

  /// What another program's database is made by.
  static let databases = [
    "CREATE TABLE customers (id INTEGER, name TEXT); INSERT INTO customers VALUES (1, 'x')",
    "PRAGMA application_id = 252006675; CREATE TABLE blob (x)",
    "PRAGMA journal_mode = WAL; CREATE TABLE moz_places (x)",
    "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY); "
      + "INSERT INTO grdb_migrations VALUES ('v1')",
    "PRAGMA user_version = 7; CREATE TABLE runs (x); CREATE TABLE users (x)",
  ]

  @Test(
    "another program's database is refused and left as it was, byte for byte", arguments: databases)
  func foreign(sql: String) throws {
    try fixture.folder.makeTenants()
    try execute(sql, in: fixture.storePath)
    let before = try contents()
    for writable in [false, true] {
      let error = refusal(writable: writable)
      #expect(error?.code == .store)
      #expect(error?.message.contains("is a database of another program (") == true)
      #expect(try contents() == before)
    }
  }

  @Test("a store cut off at any length is refused, and nothing is started in it again")
  func cut() async throws {
    do { _ = try await fixture.synced() }
    let whole = try Data(contentsOf: store)
    let lengths =
      [15, 16, 17, 99, 100, 101, 511, 512, 4095]
      + Array(
        stride(from: 4096, to: whole.count, by: 4096))
    for length in lengths {
      try whole.prefix(length).write(to: store)
      for writable in [false, true] {
        let message = try #require(refusal(writable: writable)?.message, "\(length) bytes")
        #expect(message.contains("is damaged"), "\(length) bytes: \(message)")
      }
      #expect(try Data(contentsOf: store).count == length)
    }
    try whole.write(to: store)
    #expect(try await fixture.open().snapshot()?.run.id == 1)
  }

  @Test("a first page of another program's, or of nobody's, is refused", arguments: [false, true])
  func firstPage(isDatabase: Bool) async throws {
    do { _ = try await fixture.synced() }
    let other = fixture.path + "/other"
    try execute("CREATE TABLE customers (id)", in: other)
    var page = try Data(contentsOf: URL(filePath: other)).prefix(4096)
    if !isDatabase { page = Data(repeating: 0xA5, count: 4096) }
    let whole = try Data(contentsOf: store)
    try (page + whole.dropFirst(4096)).write(to: store)
    let before = try contents()
    for writable in [false, true] {
      let message = refusal(writable: writable)?.message ?? ""
      #expect(message.contains(isDatabase ? "another program" : "is damaged"), "\(message)")
      #expect(try contents() == before)
    }
  }

  @Test("a link or a folder in a store's place is refused")
  func link() async throws {
    do { _ = try await fixture.synced() }
    try FileManager.default.moveItem(at: store, to: URL(filePath: fixture.path + "/elsewhere"))
    try FileManager.default.createSymbolicLink(
      atPath: fixture.storePath, withDestinationPath: fixture.path + "/elsewhere")
    for writable in [false, true] {
      #expect(refusal(writable: writable)?.message.contains("is a link, a folder") == true)
    }
  }
}
