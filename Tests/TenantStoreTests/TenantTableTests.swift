import GRDB
import Harness
import Testing

@testable import TenantStore

@Suite("The list of what a tenant has, which both engines share")
struct TenantTableTests {
  /// What is made of each tenant anew, or is about the store and not in it.
  private static let others: Set<String> = ["moved", "leases", "lease_signs", "migrations"]

  @Test("names each table and column of SQLite's schema")
  func sqlite() throws {
    let queue = try DatabaseQueue()
    try SQLiteSchema.migrator.migrate(queue)
    let tables = try queue.read { database in
      let names = try String.fetchAll(
        database,
        sql: """
          SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
          AND name <> 'grdb_migrations'
          """)
      return Dictionary(
        uniqueKeysWithValues: try names.map { ($0, try Self.columns(of: $0, in: database)) })
    }
    for table in TenantTable.all {
      #expect(tables[table.name].map(Set.init) == Set(table.columns.map(\.name)), "\(table.name)")
    }
    let listed = Set(TenantTable.all.map(\.name))
    #expect(Set(tables.keys).subtracting(listed).subtracting(Self.others) == [])
  }

  private static func columns(of table: String, in database: Database) throws -> [String] {
    try database.columns(in: table).map(\.name)
  }

  @Test("and each table of PostgreSQL's, beside those of who may sign in")
  func postgres() {
    let made = Set(PostgresSchema.steps.flatMap(\.tables))
    let listed = Set(TenantTable.all.map(\.name) + TenantBeside.tables + TenantBeside.passing)
    #expect(made.subtracting(listed).subtracting(Self.others) == [])
    #expect(listed.subtracting(made) == [])
  }

  @Test("has the columns of its key, each column once, and no table twice")
  func keys() {
    for table in TenantTable.all {
      let names = table.columns.map(\.name)
      #expect(Set(names).count == names.count && Set(table.key).isSubset(of: names))
    }
    #expect(Set(TenantTable.all.map(\.name)).count == TenantTable.all.count)
  }

  @Test("A digest differs where anything does: table, row, column, kind, or where a text ends")
  func digests() {
    let table = TenantTable("one", key: "a", columns: ("a", .text), ("b", .blob), ("c", .integer))
    let other = TenantTable("two", key: "a", columns: ("a", .text), ("b", .blob), ("c", .integer))
    func digest(_ table: TenantTable, _ rows: RowImage...) -> String {
      var digest = TenantDigest()
      digest.begin(table)
      for row in rows { digest.add(row, of: table) }
      return digest.finish()
    }
    let rows = [
      RowImage(.text("ab"), .blob([1]), .integer(1)), RowImage(.text("a"), .blob([1]), .integer(1)),
      RowImage(.text(""), .blob([1]), .integer(1)), RowImage(.null, .blob([1]), .integer(1)),
      RowImage(.text("ab"), .blob([]), .integer(1)), RowImage(.text("ab"), .null, .integer(1)),
      RowImage(.text("ab"), .blob([1]), .integer(-1)), RowImage(.text("ab"), .blob([1]), .null),
    ]
    var digests = Set(rows.map { digest(table, $0) })
    digests.insert(digest(table))
    digests.insert(digest(other))
    digests.insert(digest(other, rows[0]))
    digests.insert(digest(table, rows[0], rows[1]))
    digests.insert(digest(table, rows[1], rows[0]))
    #expect(digests.count == rows.count + 5)
    // What an engine calls it does not matter, what the column holds does.
    #expect(
      digest(table, RowImage(.blob(Array("ab".utf8)), .blob([1]), .integer(1)))
        == digest(table, rows[0]))
    // It is the same as ever, so that a digest that was written down can be compared.
    #expect(
      digest(table, rows[0])
        == "9c509a30acde37887b0626459418745610cb66b174dd2989df78caff4acfff7a")
  }
}
