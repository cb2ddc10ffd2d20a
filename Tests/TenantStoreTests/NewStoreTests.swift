import Foundation
import GRDB
import Testing

@testable import TenantStore

/// A store that is new is made at once, and is what the steps of the earlier versions make.
@Suite(.timeLimit(.minutes(5)), .sqliteOnly("how a store's file is made"))
struct NewStoreTests {
  let fixture = Fixture()

  @Test
  func `a new store has tables, triggers and marks of one brought there step by step`() async throws
  {
    let stepped = try DatabaseQueue()
    try SQLiteSchema.migrator.migrate(stepped)
    do { _ = try fixture.open() }
    let made = try DatabaseQueue(path: fixture.storePath)
    #expect(try await made.read(Self.content) == stepped.read(Self.content))
    let problems = try await made.read {
      try String.fetchAll($0, sql: "PRAGMA integrity_check")
        + Row.fetchAll($0, sql: "PRAGMA foreign_key_check").map(\.description)
    }
    #expect(problems == ["ok"])
  }

  /// All that is not empty, in its order.
  @Sendable private static func content(_ database: Database) throws -> [String] {
    try Row.fetchAll(
      database, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
    )
    .map(\.description)
      + String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
      )
      .flatMap { table in
        try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { "\(table): \($0)" }
      }
  }

  @Test
  func `it is made by one transaction, which is there or not (T4)`() throws {
    let store = try fixture.open()
    defer { withExtendedLifetime(store) {} }
    #expect(try commits() == 1)
  }

  @Test
  func `a program that waits while another makes the store takes it as it is`() async throws {
    try fixture.folder.makeTenants()
    try PrivateFile.create(fixture.storePath)
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    let path = fixture.storePath
    let queues = try (0..<4).map { _ in try DatabaseQueue(path: path, configuration: configuration)
    }
    try await withThrowingTaskGroup { group in
      for queue in queues { group.addTask { try SQLiteSchema.bring(queue) } }
      try await group.waitForAll()
    }
    let steps = try await queues[0].read {
      try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations")
    }
    #expect(steps == SQLiteSchema.migrator.migrations)
  }

  /// How many transactions the store's log holds.
  ///
  /// A frame that ends one tells how many pages the database has then: https://sqlite.org/fileformat2.html#walformat.
  private func commits() throws -> Int {
    let log = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.storePath + "-wal")))
    var pageSize = 0
    for byte in log[8..<12] { pageSize = pageSize << 8 | Int(byte) }
    var count = 0
    for frame in stride(from: 32, to: log.count, by: 24 + pageSize) {
      let isOfThisLog: Bool = log[frame + 8..<frame + 16].elementsEqual(log[16..<24])
      let isEnd: Bool = log[frame + 4..<frame + 8].contains { $0 != 0 }
      if isOfThisLog && isEnd { count += 1 }
    }
    return count
  }
}
