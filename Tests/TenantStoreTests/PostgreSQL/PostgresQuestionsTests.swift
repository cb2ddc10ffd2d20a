import Testing

@testable import TenantStore

/// It needs the cluster on either engine.
@Suite("H5: what a transaction asks at its beginning is one statement", .timeLimit(.minutes(5)))
struct PostgresQuestionsTests {
  @Test("each query has its own rows, in its own order, whatever the others give")
  func answers() async throws {
    let hosts = try LeaseHosts()
    let numbers = Question(
      sql: "SELECT 'n' || n, n, NULL::bytea FROM generate_series(1, 300) AS n ORDER BY n DESC",
      columns: [.text, .integer, .blob])
    let nothing = Question(sql: "SELECT 1 WHERE false", columns: [.integer])
    let bytes = Question(
      sql: "SELECT 7, '\\x00ff'::bytea, 8, 'text', NULL::text",
      columns: [.integer, .blob, .integer, .text, .text])
    try await hosts.pools[0].read(tenant: hosts.tenant) { database in
      try database.prefetch([numbers, nothing, bytes])
      let rows = try database.rows(numbers.sql)
      #expect(rows.count == 300)
      #expect(rows.map { $0.integer(1) } == (1...300).reversed().map { Int64($0) })
      #expect(rows.first?.text(0) == "n300" && rows.first?.slice(2) == nil)
      #expect(try database.rows(nothing.sql).isEmpty)
      let row = try #require(try database.first(bytes.sql))
      #expect(row.cells.count == 5 && row.slice(1).map(Array.init) == [0, 255])
      #expect(row.integer(0) == 7 && row.integer(2) == 8 && row.text(3) == "text")
      #expect(row.text(4) == nil)
      // An answer is taken once: it is asked again, and answered alike.
      #expect(try database.rows(bytes.sql).count == 1)
    }
  }

  @Test("an answer about a table that was written since is not taken")
  func written() async throws {
    let hosts = try LeaseHosts()
    let count = Question(sql: "SELECT count(*) FROM adjustments", columns: [.integer])
    let counted = try await hosts.pools[0].write(tenant: hosts.tenant, lease: nil) { database in
      try database.prefetch([count])
      try database.execute("INSERT INTO adjustments (state, row_count) VALUES ('x', 1)")
      return try database.integer(count.sql)
    }
    #expect(counted == 1)
  }
}
