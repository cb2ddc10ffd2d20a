import Administration
import GRDB
import PluginContract
import Synchronization
import TenantCore
import Testing

@testable import TenantStore

/// What a run writes of a snapshot in batches, and stores of earlier versions.
@Suite("Batches of the snapshot", .timeLimit(.minutes(5)))
struct SnapshotBatchesTests {
  let fixture = Fixture()

  private func people(_ count: Int) throws -> [Person] {
    try (0..<count).map { number in
      let text = "p\(Hex.text(of: UInt(number), width: 5))"
      let guid = try #require(ObjectGUID(bytes: Array("aaaaaaaaaa\(text)".utf8)))
      return Person(login: text, guid: guid, mail: "\(text)@acme.example", reason: .detailed(0))
    }
  }

  private func count(_ table: String, _ store: TenantStore) async throws -> Int {
    Int(try await store.read { try $0.integer("SELECT count(*) FROM \(table)") } ?? -1)
  }

  private func apply(_ people: [Person], _ store: TenantStore) async throws -> Int {
    let plan = Fixture.plan(people, users: try await store.users())
    let before = try await WrittenRows(store)
    _ = try await store.apply(plan, run: Fixture.run())
    // But the run itself. Which rows changed is a row of its own, and how the tenant stands in its review is one.
    return try await before.count(store) - 1
  }

  @Test(
    "few changes write few rows, many write batches anew and take in what was laid over (P6, P13)")
  func changes() async throws {
    let store = try fixture.open()
    var people = try people(2000)
    #expect(try await apply(people, store) == 6)
    #expect(try await apply(people, store) == 0)
    for row in stride(from: 0, to: 2000, by: 100) { people[row].mail = "new@acme.example" }
    people.remove(at: 750)
    let written = try await apply(people, store)
    #expect(written == 23)
    #expect(try await count("snapshot_rows", store) == 21)
    #expect(try await apply(people, store) == 0)
    for row in 0..<1200 { people[row].mail = "newer@acme.example" }
    _ = try await apply(people, store)
    #expect(try await count("snapshot_batches", store) == 4)
    #expect(try await count("snapshot_rows", store) == 4)
    #expect(try await apply(people, store) == 0)
    #expect(try await apply([], store) > 0)
    #expect(try await count("snapshot_rows", store) == 0)
    #expect(try await count("snapshot_batches", store) == 0)
    #expect(try await apply(people, store) == 6)
  }

  @Test(
    "a store of an earlier version is packed when it is opened, and the next run writes nothing",
    .sqliteOnly("stores of earlier versions"))
  func migration() async throws {
    let old = Fixture()
    do {
      let new = try await fixture.synced()
      try old.folder.makeTenants()
      let queue = try DatabaseQueue(path: old.storePath)
      try SQLiteSchema.migrator.migrate(queue, upTo: "2 held users")
      let rows = try await new.read { database in
        var rows: [(String, SnapshotRecord)] = []
        try SnapshotReader(database, .all).forEachSegment { batch, range in
          rows += range.map { (batch.domain, batch.record($0)) }
        }
        return rows
      }
      let path = fixture.storePath
      try await queue.writeWithoutTransaction { database in
        try database.execute(sql: "ATTACH DATABASE '\(path)' AS new")
        for table in ["users", "unclaimed", "runs"] {
          try database.execute(sql: "INSERT INTO \(table) SELECT * FROM new.\(table)")
        }
        let columns = ["guid", "user_id", "run", "domain", "login"] + ReasonColumns.names
        try database.execute(
          sql: "INSERT INTO links SELECT \(columns.joined(separator: ", ")) FROM new.links")
        for (domain, record) in rows { try Self.insert(record, domain, database) }
      }
    }
    let reader = try old.open(writable: false)
    #expect(try await reader.entry(guid: try Fixture.guid(1))?.state == .found)
    #expect(try await reader.entry(guid: try Fixture.guid(1))?.flags == .disabled)
    let store = try old.open()
    #expect(try await count("sqlite_master WHERE name = 'snapshot'", store) == 0)
    let new = try fixture.open()
    let name = try #require(LoginName("nobody"))
    #expect(try await store.entries(named: name) == new.entries(named: name))
    for number in [1, 2] as [UInt8] {
      let guid = try Fixture.guid(number)
      #expect(try await store.entry(guid: guid) == new.entry(guid: guid))
      #expect(try await store.entry(guid: guid) != nil)
    }
    let before = try await WrittenRows(store)
    _ = try await store.apply(
      try fixture.laterPlan(try await store.users()), run: Fixture.run(linked: 1))
    // The run itself, and how the tenant stands in its review, which was not stored then.
    #expect(try await before.count(store) == 2)
  }

  /// As the version before stored a row.
  private static func insert(
    _ record: SnapshotRecord, _ domain: String, _ database: GRDB.Database
  ) throws {
    var row = RowImage()
    row.append(CanonicalText.of(domain))
    row.append(nonNull: (CanonicalText.of(record.login) ?? [])[...])
    if let guid = record.guid {
      row.append(blob: guid.bytes)
    } else {
      row.append(nonNull: record.distinguishedName)
    }
    row.append(record.login)
    row.append(record.mail)
    row.append(record.state.rawValue)
    row.append(domain)
    if record.userID > 0 { row.append(record.userID) } else { row.appendNull() }
    row.append(Int64(record.flags.rawValue))
    for text in [
      record.principalName, record.firstName, record.lastName, record.employeeID,
      record.distinguishedName, record.more,
    ] {
      row.append(text)
    }
    ReasonColumns.append(try record.reason?.reason(), to: &row)
    let places = row.cells.map { _ in "?" }.joined(separator: ", ")
    try SQLiteStatement(database, "INSERT INTO snapshot VALUES (\(places))").run(row)
  }
}
