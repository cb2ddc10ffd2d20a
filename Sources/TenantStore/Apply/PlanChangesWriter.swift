internal import TenantCore

/// Writes the changes of a plan, a batch a row, which other threads pack while links and users are written.
struct PlanChangesWriter {
  /// How many packed batches may wait: of some hundred kilobytes each.
  private static let limit = 16
  /// After so many rows of other tables a batch that waits is written.
  private static let pause = ChangeBatch.maximumCount / 4

  private let packed: WorkAhead<PackedChanges>
  private var writer: ChangeBatchWriter
  /// False where rows of a table are sent at once in the end.
  private let writesBetween: Bool
  private var rows = 0

  init(_ source: PlanSource, run: RunRecord, partitions: Int, _ database: StoreDatabase) throws {
    writer = try ChangeBatchWriter(
      ChangeBatchWriter.Origin(run: run.id, at: run.completedAt, actor: run.actor), database)
    writesBetween = !database.isPostgres
    let changes = PlanChanges(source)
    packed = try WorkAhead(threads: partitions, count: changes.batchCount, limit: Self.limit) {
      changes.pack($0)
    }
  }

  /// Notes that a row of another table was written, and writes what is packed from time to time.
  mutating func writeReady() throws {
    rows += 1
    guard writesBetween, rows % Self.pause == 0 else { return }
    while let batch = try packed.nextIfReady() { try writer.append(batch) }
  }

  /// Writes what is left.
  mutating func finish() throws {
    while let batch = try packed.next() { try writer.append(batch) }
  }

  /// Lets the threads end.
  func close() { packed.close() }
}
