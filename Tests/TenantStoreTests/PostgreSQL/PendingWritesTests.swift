import Testing

@testable import TenantStore

@Suite("H5: what waits to be written goes in as few statements as it can")
struct PendingWritesTests {
  private func write(_ sql: String, _ values: Int64...) throws -> PendingStatement {
    var row = RowImage()
    for value in values { row.append(value) }
    return PendingStatement(
      table: try #require(PendingWrites.table(of: sql)), sql: sql, row: PostgresParameters(row))
  }

  private func statements(_ writes: PendingStatement...) -> [(sql: String, count: Int)] {
    var pending = PendingWrites()
    for write in writes { pending.append(write) }
    return pending.take().map { ($0.sql, $0.parameters.parameters.count) }
  }

  @Test(
    "writes of different tables are one statement, with parameters of their own; what is quoted stays"
  )
  func together() throws {
    let all = statements(
      try write("INSERT INTO runs (id) VALUES ($1)", 1),
      try write("UPDATE users SET user_name = '$1' WHERE id = $2 OR id = $1", 2, 3),
      try write("DELETE FROM adjustments"))
    #expect(all.count == 1 && all[0].count == 3)
    #expect(
      all[0].sql == """
        WITH write0 AS (INSERT INTO runs (id) VALUES ($1)),
        write1 AS (UPDATE users SET user_name = '$1' WHERE id = $3 OR id = $2),
        write2 AS (DELETE FROM adjustments) SELECT 1
        """)
  }

  @Test(
    "what names a table that was written before comes in a later statement; a part of a name is no name"
  )
  func apart() throws {
    let insert = try write("INSERT INTO changes (id) VALUES ($1)", 1)
    #expect(statements(insert, insert).map(\.sql) == [insert.sql, insert.sql])
    let reads = try write("INSERT INTO runs (id) SELECT max(id) FROM changes")
    #expect(statements(insert, reads).count == 2)
    #expect(statements(insert, try write("DELETE FROM row_changes")).count == 1)
  }

  @Test("a query waits for what it may see, also through the view of links")
  func concern() throws {
    var pending = PendingWrites()
    pending.append(try write("INSERT INTO link_rows (user_id) VALUES ($1)", 1))
    #expect(
      pending.concern("SELECT 1 FROM link_rows") && pending.concern("SELECT 1 FROM links AS l"))
    #expect(!pending.concern("SELECT 1 FROM link_rows_by_guid, users"))
    _ = pending.take()
    #expect(!pending.concern("SELECT 1 FROM link_rows"))
  }

  @Test(
    "what gives an answer, is no single write, or is looked at by triggers does not wait",
    arguments: [
      "INSERT INTO runs (id) VALUES (1) RETURNING id", "SELECT 1",
      "WITH gone AS (DELETE FROM runs) SELECT 1", "DELETE FROM moved",
      "INSERT INTO moved (id) VALUES (0)",
    ])
  func atOnce(sql: String) { #expect(PendingWrites.table(of: sql) == nil) }
}
