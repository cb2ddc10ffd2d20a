internal import TenantCore

/// Writes what a plan becomes in batches, its history and then its snapshot, which other threads pack while links
/// and users are written.
struct PlanBatchesWriter {
  /// How many packed batches may wait: of some hundred kilobytes each.
  private static let limit = 16
  /// After so many rows of other tables batches that wait are written.
  private static let pause = ChangeBatch.maximumCount / 4

  private enum Packed: Sendable {
    case changes(PackedChanges)
    case snapshot(SnapshotMerge.Piece, PackedSnapshotBatch?)
  }

  private let packed: WorkAhead<Packed>
  private var history: ChangeBatchWriter
  private var snapshot: SnapshotMerge
  /// False where rows of a table are sent at once in the end.
  private let writesBetween: Bool
  private var rows = 0

  /// Begins to pack.
  ///
  /// - Parameters:
  ///   - isFirst: true if there was no snapshot before.
  ///   - partitions: how many threads may be busy, with the one that writes.
  init(
    _ source: PlanSource, userIDs: PlanUserIDs, run: RunRecord, isFirst: Bool, partitions: Int,
    _ database: StoreDatabase
  ) throws {
    history = try ChangeBatchWriter(
      ChangeBatchWriter.Origin(run: run.id, at: run.completedAt, actor: run.actor), database)
    snapshot = try SnapshotMerge(source, userIDs: userIDs, isFirst: isFirst, database)
    writesBetween = !database.sendsAtEnd
    let changes = PlanChanges(source)
    let (count, pieces, pack) = (changes.batchCount, snapshot.pieces, snapshot.pack)
    packed = try WorkAhead(
      threads: partitions - 1, count: count + pieces.count, limit: Self.limit
    ) { number in
      if number < count { return .changes(changes.pack(number)) }
      let piece = pieces[number - count]
      return .snapshot(piece, pack(piece))
    }
  }

  /// Notes that a row of another table was written, and writes what is packed from time to time.
  mutating func writeReady() throws {
    rows += 1
    guard writesBetween, rows % Self.pause == 0 else { return }
    while let batch = try packed.nextIfReady() { try write(batch) }
  }

  /// Writes what is left.
  ///
  /// - Returns: what changed of the snapshot's rows.
  mutating func finish() throws -> RowChanges {
    while let batch = try packed.next() { try write(batch) }
    return try snapshot.finish()
  }

  /// Lets the threads end.
  func close() { packed.close() }

  private mutating func write(_ batch: Packed) throws {
    switch batch {
    case .changes(let changes): try history.append(changes)
    case .snapshot(let piece, let batch): try snapshot.take(piece, batch)
    }
  }
}
