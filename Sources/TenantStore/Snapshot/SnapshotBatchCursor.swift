/// Stands on one stored batch after the other.
///
/// SQLite reads each when it is asked for. PostgreSQL gives several at a time, because each question is a way there and
/// back: those that follow the one that is asked for, twice as many each time that the next one is.
final class SnapshotBatchCursor {
  /// How many a window may have.
  enum Window {
    /// Up to so many, for whoever may look at a few.
    case growing
    /// All that follow, for whoever goes through all of them.
    case all
  }

  private static let most = 64

  private let database: StoreDatabase
  private let index: SnapshotIndex
  private let columns: String
  private let window: Window
  private var statement: (any Statement)?
  /// The ranges that the statement has, and the one on which it stands.
  private var ranges = 0..<0
  private var current = -1

  init(
    _ database: StoreDatabase, _ index: SnapshotIndex, _ parts: SnapshotBatch.Parts,
    _ window: Window
  ) {
    self.database = database
    self.index = index
    self.window = window
    columns = SnapshotTables.columns(parts)
  }

  /// The statement on a batch's row.
  func statement(on range: Int) throws -> any Statement {
    if let statement, current == range { return statement }
    let statement = try database.isPostgres ? ahead(range) : one(range)
    current = range
    return statement
  }

  private func one(_ range: Int) throws -> any Statement {
    let statement =
      try statement
      ?? database.statement("SELECT \(columns) FROM snapshot_batches WHERE number = ?")
    self.statement = statement
    try statement.bind(RowImage(.integer(index.entries[range].number)))
    guard try statement.step() else { throw PackedBytes.damage }
    return statement
  }

  private func ahead(_ range: Int) throws -> any Statement {
    if !ranges.contains(range) || current > range || statement == nil { try open(at: range) }
    guard let statement else { throw PackedBytes.damage }
    while current < range {
      guard try statement.step() else { throw PackedBytes.damage }
      current += 1
    }
    return statement
  }

  private func open(at range: Int) throws {
    let isNext = range == ranges.upperBound && !ranges.isEmpty
    let count =
      switch window {
      case .all: index.entries.count - range
      case .growing: isNext ? min(2 * ranges.count, Self.most) : 1
      }
    ranges = range..<min(range + count, index.entries.count)
    current = range - 1
    let statement = try database.statement(
      """
      SELECT \(columns) FROM snapshot_batches WHERE first_key >= ? ORDER BY first_key
      LIMIT \(ranges.count)
      """)
    try statement.bind(RowImage(.blob(index.entries[range].firstKey)))
    self.statement = statement
  }

  /// Lets what was read go.
  func reset() {
    // A window is kept: the next batch is in it.
    guard !database.isPostgres else { return }
    statement?.reset()
    current = -1
  }
}
