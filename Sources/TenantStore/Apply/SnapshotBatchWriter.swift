internal import GRDB

/// Writes whole batches.
struct SnapshotBatchWriter {
  /// The rows of a batch that a run makes. With more, a single row costs more to read; with fewer, the ends of
  /// pages that stay empty count.
  static let usualCount = 512

  private let insert: RawStatement
  private let delete: RawStatement
  private let uncover: RawStatement
  private var image = RowImage()

  init(_ database: Database) throws {
    let columns = ["first_key", "domain", "row_count"] + SnapshotBatch.Parts.columns
    let places = columns.map { _ in "?" }.joined(separator: ", ")
    insert = try RawStatement(
      database,
      "INSERT INTO snapshot_batches (\(columns.joined(separator: ", "))) VALUES (\(places))")
    delete = try RawStatement(database, "DELETE FROM snapshot_batches WHERE number = ?")
    uncover = try RawStatement(database, "DELETE FROM snapshot_rows WHERE key >= ? AND key < ?")
  }

  /// Adds a batch.
  mutating func insert(_ batch: PackedSnapshotBatch) throws {
    image.clear()
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
