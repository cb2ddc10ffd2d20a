/// Gives the rows that are laid over one batch after the other, read as ``SnapshotBatchCursor`` reads the batches.
final class SnapshotLaidRows {
  private static let most = 64

  private let database: StoreDatabase
  private let index: SnapshotIndex
  private let window: SnapshotBatchCursor.Window
  private let statement: any Statement
  private let areThere: Bool
  /// The ranges whose rows were read, and their rows in order.
  private var ranges = 0..<0
  private var rows: [SnapshotReader.LaidRow] = []

  init(
    _ database: StoreDatabase, _ index: SnapshotIndex, _ window: SnapshotBatchCursor.Window
  ) throws {
    self.database = database
    self.index = index
    self.window = window
    statement = try database.statement(
      """
      SELECT key, domain, \(SnapshotTables.columns(.all)) FROM snapshot_rows
      WHERE key >= ? AND key < ? ORDER BY key
      """)
    areThere = try database.hasLaidRows()
  }

  /// The rows of a batch's range, in order.
  func rows(in range: Int) throws -> [SnapshotReader.LaidRow] {
    guard areThere else { return [] }
    let bounds = index.bounds(of: range)
    guard database.isPostgres else { return try read(from: bounds.first, to: bounds.end) }
    if !ranges.contains(range) { try open(at: range) }
    let first = place(notBefore: bounds.first)
    return Array(rows[first..<max(first, place(notBefore: bounds.end))])
  }

  private func open(at range: Int) throws {
    let isNext = range == ranges.upperBound && !ranges.isEmpty
    let count =
      switch window {
      case .all: index.ranges.count - range
      case .growing: isNext ? min(2 * ranges.count, Self.most) : 1
      }
    ranges = range..<min(range + count, index.ranges.count)
    rows = try read(
      from: index.bounds(of: range).first, to: index.bounds(of: ranges.upperBound - 1).end)
  }

  private func place(notBefore key: [UInt8]) -> Int {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].key.lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func read(from first: [UInt8], to end: [UInt8]) throws -> [SnapshotReader.LaidRow] {
    try statement.bind(RowImage(.blob(first), .blob(end)))
    var rows: [SnapshotReader.LaidRow] = []
    try statement.forEachRow {
      let row =
        statement.isNull(1)
        ? nil
        : try SnapshotBatch(
          domain: String(decoding: statement.bytes(1), as: UTF8.self), count: 1, .all,
          (0..<SnapshotTables.count(.all)).map { statement.bytes(2 + $0) })
      rows.append(SnapshotReader.LaidRow(key: statement.bytes(0), row: row))
    }
    return rows
  }
}
