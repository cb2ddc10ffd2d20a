/// Writes whole batches.
struct SnapshotBatchWriter {
  /// The rows of a batch that a run makes. With more, a single row costs more to read; with fewer, the ends of
  /// pages that stay empty count.
  static let usualCount = 512

  private let insert: any Statement
  private let delete: any Statement
  private let uncover: any Statement
  private var image = RowImage()

  private var nextNumber: Int64

  init(_ database: StoreDatabase) throws {
    nextNumber = try database.nextNumber(in: "snapshot_batches", "number")
    delete = try database.rowWriter(.delete(from: "snapshot_batches", "number", .integer))
    uncover = try database.rowWriter(
      RowSet(
        columns: [("first", .blob), ("beyond", .blob)],
        sqlite: "DELETE FROM snapshot_rows WHERE key >= ? AND key < ?",
        postgres: """
          DELETE FROM snapshot_rows USING rows
          WHERE snapshot_rows.key >= rows.first AND snapshot_rows.key < rows.beyond
          """))
    insert = try database.rowWriter(
      .insert(
        into: "snapshot_batches",
        [("number", .integer), ("first_key", .blob), ("domain", .text), ("row_count", .integer)]
          + SnapshotBatch.Parts.columns.map { ($0, RowSet.Kind.blob) }))
  }

  /// Adds a batch.
  mutating func insert(_ batch: PackedSnapshotBatch) throws {
    image.clear()
    image.append(nextNumber)
    nextNumber += 1
    image.append(blob: batch.firstKey)
    image.append(nonNull: Array(batch.domain.utf8)[...])
    image.append(Int64(batch.count))
    for value in batch.values { image.append(blob: value) }
    try insert.run(image)
  }

  /// Removes a batch.
  mutating func remove(number: Int64) throws {
    image.clear()
    image.append(number)
    try delete.run(image)
  }

  /// Removes what is laid over a range of keys.
  mutating func uncover(_ bounds: (first: [UInt8], end: [UInt8])) throws {
    image.clear()
    image.append(blob: bounds.first)
    image.append(blob: bounds.end)
    try uncover.run(image)
  }
}
