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

/// One attribute of a batch: the values as read and, where it is text, their canonical form.
public struct Column: Sendable {
  /// The attribute's or field's name.
  public let name: String
  /// The bytes as read.
  public internal(set) var raw = PackedColumn()
  /// The canonical form (``CanonicalText``) of the same values in the same order; an undecodable
  /// value is empty here. Without records if the attribute is not text.
  public internal(set) var canonical = PackedColumn()
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
    var batch = RecordBatch(
      directory: directory, columns: columns.filter { names.contains($0.name) })
    batch.count = count
    return batch
  }

  /// The same batch in which only some records have values: all keep their numbers, and a matcher makes
  /// no keys for the others.
  package func keeping(_ isKept: (Int) -> Bool) -> RecordBatch {
    var batch = RecordBatch(directory: directory, columns: columns.map { Column(name: $0.name) })
    batch.count = count
    let kept = (0..<count).map(isKept)
    for (index, column) in columns.enumerated() {
      let isText = column.canonical.recordCount > 0
      for record in 0..<count {
        if kept[record] { batch.columns[index].raw.append(valuesOf: record, in: column.raw) }
        batch.columns[index].raw.endRecord()
        guard isText else { continue }
        if kept[record] {
          batch.columns[index].canonical.append(valuesOf: record, in: column.canonical)
        }
        batch.columns[index].canonical.endRecord()
      }
    }
    return batch
  }

  init(directory: Int?, columns: [Column]) {
    self.directory = directory
    self.columns = columns
  }
}

/// Builds a ``RecordBatch`` record by record; folds each text value once, on its way in.
public struct RecordBatchBuilder: Sendable {
  private var batch: RecordBatch
  private let isText: [Bool]

  /// Starts a batch.
  ///
  /// - Parameters:
  ///   - text: names of the columns that are compared: they get a canonical form.
  ///   - opaque: names of the columns that are only carried; they follow the text columns.
  ///   - directory: index of the directory, nil on the tenant's side.
  public init(text: [String], opaque: [String] = [], directory: Int?) {
    batch = RecordBatch(directory: directory, columns: (text + opaque).map { Column(name: $0) })
    isText = text.map { _ in true } + opaque.map { _ in false }
  }

  /// The number of records that are complete.
  public var count: Int { batch.count }

  /// True if the batch holds ``RecordBatch/maximumCount`` records.
  public var isFull: Bool { batch.count == RecordBatch.maximumCount }

  /// Adds a value to a column of the record that is being built.
  ///
  /// - Returns: false if the column is text and the value is not UTF-8.
  @inlinable @discardableResult
  public mutating func append(_ value: some BidirectionalCollection<UInt8>, to column: Int) -> Bool
  {
    if let done = value.withContiguousStorageIfAvailable({ unsafe append($0, to: column) }) {
      return done
    }
    return unsafe Array(value).withUnsafeBufferPointer { unsafe append($0, to: column) }
  }

  @usableFromInline
  mutating func append(_ value: UnsafeBufferPointer<UInt8>, to column: Int) -> Bool {
    unsafe batch.columns[column].raw.append(UnsafeRawBufferPointer(value))
    return isText[column]
      ? unsafe batch.columns[column].canonical.append(canonicalOf: value) : true
  }

  /// Closes the record that is being built.
  public mutating func endRecord() {
    for index in batch.columns.indices {
      batch.columns[index].raw.endRecord()
      if isText[index] { batch.columns[index].canonical.endRecord() }
    }
    batch.count += 1
  }

  /// Takes back all values of the record that is being built.
  package mutating func discardRecord() {
    for index in batch.columns.indices {
      batch.columns[index].raw.discardRecord()
      batch.columns[index].canonical.discardRecord()
    }
  }

  /// Takes the finished batch.
  public consuming func finish() -> RecordBatch { batch }
}
