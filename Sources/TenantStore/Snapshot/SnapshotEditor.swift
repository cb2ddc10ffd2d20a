internal import TenantCore

/// Rows of the snapshot that change by hand, and the counts with them (U5): each is laid over its batch.
///
/// What is set is written by ``finish()``, in the order of the rows, so that of many changes each batch is read once.
struct SnapshotEditor {
  private struct Edit {
    let key: [UInt8]
    let guid: ObjectGUID
    let state: RowState
    let userID: Int64?
    let reason: Reason?
    let wasFound: Bool
  }

  private let database: StoreDatabase
  private var edits: [Edit] = []

  init(_ database: StoreDatabase) { self.database = database }

  /// Sets a row's state, its linked user and its reason; nil is the link's. A row that is not stored stays so.
  ///
  /// - Parameter wasFound: true if the link that ends was made by the snapshot's run.
  mutating func set(
    _ entry: SnapshotEntry, state: RowState, userID: Int64?, reason: Reason?, wasFound: Bool = false
  ) {
    guard let guid = entry.guid else { return }
    var key = SnapshotKey.prefix(domain: entry.domain, login: entry.login)
    SnapshotKey.append(guid: guid.bytes[...], to: &key)
    edits.append(
      Edit(
        key: key, guid: guid, state: state, userID: userID, reason: reason, wasFound: wasFound))
  }

  /// Writes what was set.
  mutating func finish() throws {
    guard !edits.isEmpty else { return }
    defer { edits = [] }
    var writer = try LaidRowWriter(database)
    var counts: [RowState: Int] = [:]
    let rows = try SnapshotEditedRows(database)
    func make(_ edit: Edit, of found: SnapshotEditedRows.Found) throws {
      var record = found.record
      let old = edit.wasFound && record.state == .linked ? RowState.found : record.state
      counts[old, default: 0] -= 1
      counts[edit.state, default: 0] += 1
      record.state = edit.state == .found ? .linked : edit.state
      record.userID = edit.userID ?? 0
      record.reason = edit.reason.map { StoredReason($0) }
      rows.note(record, key: found.key)
      try writer.lay(record, key: found.key, domain: found.domain)
    }
    var missed: [Edit] = []
    for edit in edits.enumerated().sorted(by: Self.precedes).map(\.element) {
      if let found = try rows.row(edit.key) {
        try make(edit, of: found)
      } else {
        missed.append(edit)
      }
    }
    // A row whose login is not text has another key: it is found by its GUID.
    if !missed.isEmpty {
      let places = try SnapshotLookUp(database).places(of: missed.map { .guid($0.guid) })
      for edit in missed {
        if let place = places[.guid(edit.guid)] { try make(edit, of: rows.row(at: place)) }
      }
    }
    try count(counts)
  }

  /// By key; changes of one row stay in the order in which they were set.
  private static func precedes(
    _ one: (offset: Int, element: Edit), _ other: (offset: Int, element: Edit)
  ) -> Bool {
    if one.element.key != other.element.key {
      return one.element.key.lexicographicallyPrecedes(other.element.key)
    }
    return one.offset < other.offset
  }

  private func count(_ counts: [RowState: Int]) throws {
    for (state, rows) in counts where rows != 0 {
      try database.execute(
        """
        INSERT INTO adjustments (state, row_count) VALUES (?, ?)
        ON CONFLICT (\(database.dialect.key("state")))
        DO UPDATE SET row_count = adjustments.row_count + excluded.row_count
        """,
        RowImage(.text(state.rawValue), .integer(Int64(rows))))
    }
  }
}

/// Gives rows in the order of their keys, as they are and as they were just changed.
private final class SnapshotEditedRows {
  struct Found {
    let key: [UInt8]
    let domain: String
    let record: SnapshotRecord
  }

  private let segments: SnapshotSegments
  private var last: (key: [UInt8], record: SnapshotRecord)?

  init(_ database: StoreDatabase) throws {
    segments = SnapshotSegments(try SnapshotReader(database, .all))
  }

  /// The row with a key; nil if there is none.
  func row(_ key: [UInt8]) throws -> Found? { try segments.place(of: key).map { row(at: $0) } }

  /// The row at a place.
  func row(at place: SnapshotLookUp.Place) -> Found {
    var found: [UInt8] = []
    let domainKey = SnapshotKey.folded(place.batch.domain)
    place.batch.appendKey(of: place.row, domainKey: domainKey, to: &found)
    let changed = last.flatMap { $0.key == found ? $0.record : nil }
    return Found(
      key: found, domain: place.batch.domain, record: changed ?? place.batch.record(place.row))
  }

  /// Remembers a change that the batches which were read do not have.
  func note(_ record: SnapshotRecord, key: [UInt8]) { last = (key, record) }
}

/// Lays single rows over the batches.
struct LaidRowWriter {
  private let insert: any Statement
  private let delete: any Statement
  private var image = RowImage()

  init(_ database: StoreDatabase) throws {
    insert = try database.rowWriter(
      .put(
        into: "snapshot_rows", key: ["key"], index: PostgresTables.rowKey,
        [("key", .blob), ("domain", .text)]
          + SnapshotBatch.Parts.columns.map { ($0, RowSet.Kind.blob) }))
    delete = try database.rowWriter(.delete(from: "snapshot_rows", "key", .blob))
  }

  /// Lays a row.
  mutating func lay(_ record: SnapshotRecord, key: [UInt8], domain: String) throws {
    var builder = SnapshotBatchBuilder()
    builder.append(record)
    image.clear()
    image.append(blob: key)
    image.append(nonNull: Array(domain.utf8)[...])
    for value in builder.finish(domain: domain, firstKey: key).values { image.append(blob: value) }
    try insert.run(image)
  }

  /// Says that the row with this key is gone.
  mutating func layNothing(_ key: [UInt8]) throws {
    image.clear()
    image.append(blob: key)
    image.appendNull()
    for _ in SnapshotBatch.Parts.columns { image.appendNull() }
    try insert.run(image)
  }

  /// Takes away what is laid over a key.
  mutating func remove(_ key: [UInt8]) throws {
    image.clear()
    image.append(blob: key)
    try delete.run(image)
  }
}
