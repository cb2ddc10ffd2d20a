/// Which side of the reconciliation a record is on.
public enum Side: String, Sendable, CaseIterable {
  /// The users of Active Directory.
  case directory
  /// The users of the tenant's application.
  case tenant
}

/// The fields of a tenant user that a matcher may read; the raw value is the column's name.
public enum TenantField: String, Sendable, CaseIterable {
  /// What the tenant's application calls the user; unique.
  case userName
  /// `DOMAIN\login`, `user@dns.domain` or a bare login.
  case windowsLogin
  case firstName, lastName, employeeId, email
}

/// At most 4,096 records of one side, in columns.
public struct RecordBatch: Sendable {
  /// The most records that a batch holds; bounds the memory that a plugin sees at once.
  public static let maximumCount = 4096

  /// The number of records.
  public internal(set) var count = 0
  /// The directory that the records come from, as an index into ``MatcherContext/directories``;
  /// nil on the tenant's side.
  public let directory: Int?
  /// The columns, in the order in which they were asked for.
  public internal(set) var columns: [Column]

  /// The column of an attribute or field (exact name), or nil if it was not read.
  public func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// The same records with these columns only: what a matcher declared, and nothing else.
  public func selecting(_ names: [String]) -> RecordBatch {
    RecordBatch(
      directory: directory, count: count, columns: columns.filter { names.contains($0.name) })
  }

  /// The same batch in which only some records have values: all keep their numbers, and a matcher makes
  /// no keys for the others.
  package func keeping(_ isKept: (Int) -> Bool) -> RecordBatch {
    let kept = (0..<count).map(isKept)
    return RecordBatch(
      directory: directory, count: count,
      columns: columns.map { column in
        var raw = PackedColumn()
        for record in 0..<count {
          if kept[record] { raw.append(valuesOf: record, in: column.raw) }
          raw.endRecord()
        }
        return Column(name: column.name, raw: raw, isText: column.isText)
      })
  }

  /// Gives up the memory of the canonical forms; one that is asked for again is made again.
  package func releaseCanonical() {
    for column in columns { column.releaseCanonical() }
  }

  init(directory: Int?, count: Int = 0, columns: [Column]) {
    self.directory = directory
    self.count = count
    self.columns = columns
  }
}
