/// What a transaction is to write and has not sent yet: as much as possible goes in one statement, so that writing takes
/// as few round trips as it can (H5).
struct PendingWrites {
  /// So many bytes wait at most: PostgreSQL takes up to 1 GiB, and has them in memory some times over.
  private static let mostBytes = 96 << 20
  /// So many wait at most: each that comes is looked at beside the others.
  private static let most = 64

  private var writes: [any PendingWrite] = []

  var isEmpty: Bool { writes.isEmpty }

  /// True if no more should wait.
  var isFull: Bool {
    writes.count >= Self.most || writes.reduce(0) { $0 + $1.size } > Self.mostBytes
  }

  mutating func append(_ write: any PendingWrite) { writes.append(write) }

  /// True if a statement may read or write what is to be written.
  func concern(_ sql: String) -> Bool {
    writes.contains { Self.concern($0.table, sql) }
  }

  /// True if a statement may read or write what is written into a table.
  static func concern(_ table: String, _ sql: String) -> Bool {
    // The view of those tables.
    names(table, sql) || table.hasPrefix("link_") && names("links", sql)
  }

  /// All that waits, a statement each, in the order in which they are to run.
  mutating func takeEach() -> [(sql: String, parameters: PostgresParameters)] {
    defer { writes = [] }
    return writes.map { write in
      var parameters = PostgresParameters()
      let sql = write.take(into: &parameters)
      return (sql, parameters)
    }
  }

  /// All that waits, as statements in the order in which they are to run.
  mutating func take() -> [(sql: String, parameters: PostgresParameters)] {
    defer { writes = [] }
    return groups().map { group in
      var parameters = PostgresParameters()
      var parts: [String] = []
      for write in group { parts.append(write.take(into: &parameters)) }
      guard parts.count > 1 else { return (parts[0], parameters) }
      let list = parts.enumerated().map { "write\($0) AS (\($1))" }
      return ("WITH \(list.joined(separator: ",\n")) SELECT 1", parameters)
    }
  }

  /// The parts of one statement all see what was there before it, and not each other's rows: what names a table
  /// of another part comes in a later one
  /// (https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING).
  private func groups() -> [[any PendingWrite]] {
    var groups: [[any PendingWrite]] = []
    for write in writes {
      if let last = groups.last, !last.contains(where: { Self.names($0.table, write.sql) }) {
        groups[groups.count - 1].append(write)
      } else {
        groups.append([write])
      }
    }
    return groups
  }

  /// True if a statement names a table.
  private static func names(_ table: String, _ sql: String) -> Bool {
    sql.ranges(of: table).contains { range in
      let before = sql[..<range.lowerBound].last
      let after = sql[range.upperBound...].first
      return ![before, after].contains { $0 == "_" || $0?.isLetter == true }
    }
  }

  /// The table that a statement writes, if it does nothing else and its answer is of no interest.
  static func table(of sql: String) -> String? {
    guard !sql.contains("RETURNING") else { return nil }
    for beginning in ["INSERT INTO ", "UPDATE ", "DELETE FROM "] where sql.hasPrefix(beginning) {
      let table = String(sql.dropFirst(beginning.count).prefix { $0 == "_" || $0.isLetter })
      // Others' triggers look at it.
      return table == MovedTable.name ? nil : table
    }
    return nil
  }
}

/// Something that is to be written.
protocol PendingWrite {
  /// The table that it writes.
  var table: String { get }
  /// What is done, whatever its parameters are called.
  var sql: String { get }
  /// The bytes that wait.
  var size: Int { get }

  /// The statement, its parameters behind those that are there; waits no more.
  func take(into parameters: inout PostgresParameters) -> String
}

/// A statement whose answer is of no interest.
struct PendingStatement: PendingWrite {
  let table: String
  /// With parameters from `$1` on.
  let sql: String
  let row: PostgresParameters

  var size: Int { row.bytes.count }

  func take(into parameters: inout PostgresParameters) -> String {
    let before = parameters.parameters.count
    parameters.append(row)
    guard before > 0, !row.parameters.isEmpty else { return sql }
    return PostgresTransaction.renumbered(sql) { "$\($0 + before)" }
  }
}
