internal import GRDB
internal import PluginContract

/// Reads the stored snapshot: batches, with what is laid over them.
///
/// It may be used within the closure that gave the `Database` only.
struct SnapshotReader {
  /// A row that is laid over the batches; nil is one that is gone.
  struct LaidRow {
    let key: [UInt8]
    let row: SnapshotBatch?
  }

  let index: SnapshotIndex
  private let parts: SnapshotBatch.Parts
  private let some: RawStatement
  private let all: RawStatement
  private let laid: RawStatement
  private let hasLaidRows: Bool

  /// Prepares to read some parts of each row.
  init(_ database: Database, _ parts: SnapshotBatch.Parts) throws {
    self.parts = parts
    index = try SnapshotIndex(database)
    some = try Self.statement(database, parts)
    all = try Self.statement(database, .all)
    laid = try RawStatement(
      database,
      """
      SELECT key, domain, \(SnapshotTables.columns(.all)) FROM snapshot_rows
      WHERE key >= ? AND key < ? ORDER BY key
      """)
    let any = try RawStatement(database, "SELECT 1 FROM snapshot_rows LIMIT 1")
    hasLaidRows = try any.step()
    any.reset()
  }

  private static func statement(
    _ database: Database, _ parts: SnapshotBatch.Parts
  ) throws -> RawStatement {
    try RawStatement(
      database,
      "SELECT \(SnapshotTables.columns(parts)) FROM snapshot_batches WHERE number = ?")
  }

  /// Gives all rows in R4's order, as ranges of batches.
  func forEachSegment(_ body: (SnapshotBatch, Range<Int>) throws -> Void) throws {
    for range in index.ranges { try forEachSegment(in: range, body) }
  }

  /// Gives the rows of one batch's range.
  func forEachSegment(
    in range: Int, _ body: (SnapshotBatch, Range<Int>) throws -> Void
  ) throws {
    let laid = try laidRows(in: range)
    guard !laid.isEmpty else {
      if let batch = try batch(range, parts) { try body(batch, 0..<batch.count) }
      return
    }
    let base = try batch(range, .all)
    let domainKey = base.map { SnapshotKey.folded($0.domain) } ?? []
    var next = 0
    for one in laid {
      if let base {
        let (place, isThere) = base.place(of: one.key, domainKey: domainKey, from: next)
        if place > next { try body(base, next..<place) }
        next = isThere ? place + 1 : place
      }
      if let row = one.row { try body(row, 0..<1) }
    }
    if let base, next < base.count { try body(base, next..<base.count) }
  }

  /// A batch without what is laid over it; nil if there are none at all.
  func batch(_ range: Int, _ parts: SnapshotBatch.Parts) throws -> SnapshotBatch? {
    guard range < index.entries.count else { return nil }
    let entry = index.entries[range]
    let statement = parts == self.parts ? some : all
    let read = parts == self.parts ? parts : .all
    try statement.bind(Self.image(of: entry.number))
    defer { statement.reset() }
    guard try statement.step() else { throw PackedBytes.damage }
    return try SnapshotBatch(
      domain: entry.domain, count: entry.count, read,
      (0..<SnapshotTables.count(read)).map { statement.bytes($0) })
  }

  /// True if a batch's stored values are these, with nothing laid over it.
  func isStored(_ packed: PackedSnapshotBatch, as range: Int) throws -> Bool {
    let entry = index.entries[range]
    guard packed.count == entry.count, packed.domain == entry.domain else { return false }
    try all.bind(Self.image(of: entry.number))
    defer { all.reset() }
    guard try all.step() else { throw PackedBytes.damage }
    return packed.values.indices.allSatisfy { all.isEqual($0, to: packed.values[$0]) }
  }

  /// What is laid over a batch's range, in order.
  func laidRows(in range: Int) throws -> [LaidRow] {
    guard hasLaidRows else { return [] }
    let bounds = index.bounds(of: range)
    var image = RowImage()
    image.append(blob: bounds.first)
    image.append(blob: bounds.end)
    try laid.bind(image)
    var rows: [LaidRow] = []
    try laid.forEachRow {
      let row =
        laid.isNull(1)
        ? nil
        : try SnapshotBatch(
          domain: String(decoding: laid.bytes(1), as: UTF8.self), count: 1, .all,
          (0..<SnapshotTables.count(.all)).map { laid.bytes(2 + $0) })
      rows.append(LaidRow(key: laid.bytes(0), row: row))
    }
    return rows
  }

  private static func image(of number: Int64) -> RowImage {
    var image = RowImage()
    image.append(number)
    return image
  }
}

extension SnapshotBatch {
  /// Where a row with this key stands or would stand, and whether it is there; all parts were read.
  func place(of key: [UInt8], domainKey: [UInt8], from first: Int = 0) -> (Int, isThere: Bool) {
    var (low, high) = (first, count)
    var own: [UInt8] = []
    while low < high {
      let middle = (low + high) / 2
      own.removeAll(keepingCapacity: true)
      appendKey(of: middle, domainKey: domainKey, to: &own)
      if own == key { return (middle, true) }
      if own.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return (low, false)
  }
}
