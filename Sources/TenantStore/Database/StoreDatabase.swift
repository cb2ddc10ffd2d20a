internal import GRDB

/// What a transaction on one tenant's store works with, in either engine.
///
/// It may be used within the closure that gave it only, on that closure's thread. SQL is what both engines
/// understand, with `?` for a parameter; where they differ, ``Dialect`` has the words of each.
struct StoreDatabase {
  enum Engine {
    case sqlite(Database)
    case postgres(PostgresTransaction)
  }

  let engine: Engine

  /// The words in which this engine wants what both can do.
  var dialect: Dialect {
    switch engine {
    case .sqlite: .sqlite
    case .postgres: .postgres
    }
  }

  var isPostgres: Bool { dialect == .postgres }

  /// Prepares a statement.
  func statement(_ sql: String) throws -> any Statement {
    switch engine {
    case .sqlite(let database): try SQLiteStatement(database, sql)
    case .postgres(let transaction): try PostgresStatement(transaction, sql)
    }
  }

  /// Prepares a statement that writes one row each time that it is run.
  ///
  /// PostgreSQL takes all rows of it at once, at the latest before something is read or the transaction ends: so
  /// writing them takes about as many round trips for a million rows as for a few (H5).
  func rowWriter(_ rows: RowSet) throws -> any Statement {
    switch engine {
    case .sqlite(let database): try SQLiteStatement(database, rows.sqlite)
    case .postgres(let transaction): PostgresRowWriter(transaction, rows)
    }
  }

  /// Runs a statement.
  func execute(_ sql: String, _ parameters: RowImage = RowImage()) throws {
    try statement(sql).run(parameters)
  }

  /// Runs several statements without parameters, separated by `;`.
  func execute(all sql: String) throws {
    switch engine {
    case .sqlite(let database): try database.execute(sql: sql)
    case .postgres(let transaction): try transaction.execute(all: sql)
    }
  }

  /// Says which queries without parameters will come and give few rows: PostgreSQL is asked all of them at once (H5).
  func prefetch(_ questions: [Question]) throws {
    if case .postgres(let transaction) = engine { try transaction.prefetch(questions) }
  }

  /// True if what is written waits in memory and is sent in the end.
  var sendsAtEnd: Bool {
    if case .postgres(let transaction) = engine { !transaction.isStreaming } else { false }
  }

  /// Says that much will be written, and little asked in between: PostgreSQL writes what it has while more is made (H5).
  func streamWrites() {
    if case .postgres(let transaction) = engine { transaction.streamWrites() }
  }

  /// The rows that a query gives, in its order: for few of them.
  func rows(_ sql: String, _ parameters: RowImage = RowImage()) throws -> [RowImage] {
    let statement = try statement(sql)
    try statement.bind(parameters)
    var rows: [RowImage] = []
    try statement.forEachRow {
      var row = RowImage()
      statement.read(into: &row)
      rows.append(row)
    }
    return rows
  }

  /// The first column of a query's first row as a number; nil for NULL and if there is no row.
  func integer(_ sql: String, _ parameters: RowImage = RowImage()) throws -> Int64? {
    guard let row = try first(sql, parameters), case .integer(let number)? = row.cells.first else {
      return nil
    }
    return number
  }

  /// The first column of a query's first row as text; nil for NULL and if there is no row.
  func text(_ sql: String, _ parameters: RowImage = RowImage()) throws -> String? {
    try first(sql, parameters)?.text(0)
  }

  /// A query's first row; nil if there is none.
  func first(_ sql: String, _ parameters: RowImage = RowImage()) throws -> RowImage? {
    let statement = try statement(sql)
    try statement.bind(parameters)
    defer { statement.reset() }
    guard try statement.step() else { return nil }
    var row = RowImage()
    statement.read(into: &row)
    return row
  }

  /// Another one after each write to the tenant's store, by whomever: for what is kept in memory.
  func contentVersion() throws -> String {
    switch engine {
    case .sqlite(let database):
      return "\(try integer("PRAGMA data_version") ?? 0)/\(database.totalChangesCount)"
    case .postgres(let transaction):
      // A standby that took over may have lost the last writes, and counts again from there: the mark tells one write
      // from all others.
      let last = try first("SELECT version, split_part(marks, ' ', 1) FROM leases")
      return "\(last?.integer(0) ?? 0)/\(last?.text(1) ?? "")/\(transaction.ownVersion)"
    }
  }

  /// What this host remembers of the snapshot that is stored; nil if it is to be read.
  func keptSnapshot() throws -> KeptSnapshot? {
    guard case .postgres(let transaction) = engine else { return nil }
    return try transaction.keptSnapshot()
  }

  /// True if rows are laid over the snapshot.
  func hasLaidRows() throws -> Bool {
    if case .postgres(let transaction) = engine,
      let count = try transaction.fact(of: "snapshot_rows", self)
    {
      return count > 0
    }
    return try first("SELECT 1 FROM snapshot_rows LIMIT 1") != nil
  }

  /// The number of a table's next row: one more than the highest, so that none comes twice where rows are never
  /// deleted. Nobody else writes into the tenant's store meanwhile.
  func nextNumber(in table: String, _ column: String = "id") throws -> Int64 {
    if case .postgres(let transaction) = engine,
      let last = try transaction.fact(of: table, self)
    {
      return last + 1
    }
    return (try integer("SELECT max(\(column)) FROM \(table)") ?? 0) + 1
  }
}
