import OperatingSystem
import Testing

@testable import TenantStore

/// It needs the cluster on either engine: what SQLite does is not in it.
@Suite("H5: much is written as one stream", .timeLimit(.minutes(5)))
struct WriteStreamTests {
  private let hosts: LeaseHosts

  init() throws { hosts = try LeaseHosts() }

  private func write<R: Sendable>(
    _ body: @escaping @Sendable (StoreDatabase) throws -> R
  ) async throws -> R {
    try await hosts.pools[0].write(tenant: hosts.tenant, lease: nil) { database in
      database.streamWrites()
      return try body(database)
    }
  }

  private func states() async throws -> [String] {
    try await hosts.pools[0].read(tenant: hosts.tenant) { database in
      try database.rows("SELECT state FROM adjustments ORDER BY row_count").map {
        $0.text(0) ?? "NULL"
      }
    }
  }

  private static let rows = RowSet.insert(
    into: "adjustments", [("state", .text), ("row_count", .integer)])

  @Test("what is written comes as it was, in its order, more of it than a row of the stream holds")
  func all() async throws {
    let count = 40_000
    let padding = String(repeating: "é", count: 20)
    try await write { database in
      try database.execute(
        "INSERT INTO adjustments (state, row_count) VALUES (?, ?)",
        RowImage(.text("it's $1, \u{0}"), .integer(-1)))
      let writer = try database.rowWriter(Self.rows)
      for number in 0..<count {
        try writer.run(RowImage(.text("\(padding)\(number)"), .integer(Int64(number))))
      }
      try database.execute("UPDATE adjustments SET state = state || '$1?' WHERE row_count = 7")
      try database.execute(
        "DELETE FROM adjustments WHERE row_count = ?", RowImage(.integer(9)))
      // Two that a table cannot hold.
      try database.execute(
        """
        INSERT INTO row_changes (id, run, is_by_hand, at, keys) VALUES (?, ?, 0, 'now', ?)
        """, RowImage(.integer(1), .integer(2), .null))
      try database.execute(
        """
        INSERT INTO row_changes (id, run, is_by_hand, at, keys) VALUES (?, ?, 0, 'now', ?)
        """, RowImage(.integer(2), .integer(2), .blob([0, 1, 255])))
    }
    let states = try await states()
    #expect(states.count == count)
    #expect(states[0] == "it's $1, \u{0}" && states[1] == "\(padding)0")
    #expect(states[8] == "\(padding)7$1?" && states[10] == "\(padding)10")
    let keys = try await hosts.pools[0].read(tenant: hosts.tenant) { database in
      try database.rows("SELECT keys FROM row_changes ORDER BY id").map {
        $0.slice(0).map(Array.init)
      }
    }
    #expect(keys == [nil, [0, 1, 255]])
  }

  @Test("a query in between sees what was written before it, and the stream goes on")
  func queries() async throws {
    let seen = try await write { database in
      let writer = try database.rowWriter(Self.rows)
      try writer.run(RowImage(.text("one"), .integer(1)))
      let first = try database.integer("SELECT count(*) FROM adjustments")
      let other = try database.integer("SELECT count(*) FROM runs")
      try writer.run(RowImage(.text("two"), .integer(2)))
      return [first, other, try database.integer("SELECT count(*) FROM adjustments")]
    }
    #expect(seen == [1, 0, 2])
    #expect(try await states() == ["one", "two"])
  }

  @Test(
    "T4: what the database refuses in the middle of it, and what the program does, undoes all; the next one writes",
    arguments: [true, false])
  func undone(byDatabase: Bool) async throws {
    struct Own: Error {}
    let error = await #expect(throws: (any Error).self) {
      try await write { database in
        let writer = try database.rowWriter(Self.rows)
        for number in 0..<20_000 {
          // Of what was sent before, some is on its way.
          if !byDatabase, number == 19_000 { throw Own() }
          let state = byDatabase && number == 15_000 ? "7" : "\(number)"
          try writer.run(RowImage(.text(state + String(repeating: ".", count: 99)), .integer(1)))
        }
      }
    }
    if byDatabase {
      #expect("\(try #require(error))".contains("23505"))
    } else {
      #expect(error is Own)
    }
    #expect(try await states() == [])
    try await write { try $0.rowWriter(Self.rows).run(RowImage(.text("next"), .integer(1))) }
    #expect(try await states() == ["next"])
  }

  @Test("H2: a stream writes in its tenant's name alone")
  func otherTenant() async throws {
    let error = await #expect(throws: StoreError.self) {
      try await write { database in
        try database.execute(
          "INSERT INTO adjustments (tenant, state, row_count) VALUES (?, ?, ?)",
          RowImage(.text("somebody-else"), .text("x"), .integer(1)))
      }
    }
    #expect("\(try #require(error))".contains("42501"))
  }

  @Test("a task that is cancelled while the server is behind writes nothing")
  func cancelled() async throws {
    let task = Task {
      try await write { database in
        let writer = try database.rowWriter(Self.rows)
        var number: Int64 = 0
        while true {
          number += 1
          try writer.run(RowImage(.text("\(number)"), .integer(number)))
          if number == 100_000 { withUnsafeCurrentTask { $0?.cancel() } }
        }
      }
    }
    Task {
      try await Task.sleep(for: .milliseconds(300))
      task.cancel()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await states() == [])
  }

  @Test("a statement with more parameters than a row of the stream has room for is refused")
  func tooMany() throws {
    var parameters = PostgresParameters()
    for _ in 0..<25 { parameters.append(PostgresParameters(RowImage(.text("x")))) }
    #expect(throws: StoreError.self) { try WriteStream.row("SELECT 1", parameters) }
  }
}
