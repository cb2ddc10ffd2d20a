internal import PluginContract

/// Reads the stored snapshot: batches, with what is laid over them.
///
/// It may be used within the closure that gave the `StoreDatabase` only.
struct SnapshotReader {
  /// A row that is laid over the batches; nil is one that is gone.
  struct LaidRow {
    let key: [UInt8]
    let row: SnapshotBatch?
  }

  let index: SnapshotIndex
  private let parts: SnapshotBatch.Parts
  private let some: SnapshotBatchCursor
  private let all: SnapshotBatchCursor
  private let laid: SnapshotLaidRows

  /// Prepares to read some parts of each row.
  ///
  /// - Parameter window: `all` for whoever goes through all batches in their order.
  init(
    _ database: StoreDatabase, _ parts: SnapshotBatch.Parts,
    _ window: SnapshotBatchCursor.Window = .growing
  ) throws {
    self.parts = parts
    index = try SnapshotIndex(database)
    some = SnapshotBatchCursor(database, index, parts, window)
    all = SnapshotBatchCursor(database, index, .all, window)
    laid = try SnapshotLaidRows(database, index, window)
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
    let cursor = parts == self.parts ? some : all
    let read = parts == self.parts ? parts : .all
    let statement = try cursor.statement(on: range)
    defer { cursor.reset() }
    return try SnapshotBatch(
      domain: entry.domain, count: entry.count, read,
      (0..<SnapshotTables.count(read)).map { statement.bytes($0) })
  }

  /// True if a batch's stored values are these, with nothing laid over it.
  func isStored(_ packed: PackedSnapshotBatch, as range: Int) throws -> Bool {
    let entry = index.entries[range]
    guard packed.count == entry.count, packed.domain == entry.domain else { return false }
    let statement = try all.statement(on: range)
    defer { all.reset() }
    return packed.values.indices.allSatisfy { statement.isEqual($0, to: packed.values[$0]) }
  }

  /// What is laid over a batch's range, in order.
  func laidRows(in range: Int) throws -> [LaidRow] { try laid.rows(in: range) }
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
