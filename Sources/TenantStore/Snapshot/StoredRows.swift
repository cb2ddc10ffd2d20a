internal import GRDB
internal import PluginContract
internal import TenantCore

/// The stored rows of a snapshot, streamed in the order of their key, which is R4's.
final class StoredRows: SnapshotRows {
  private let connection: DatabaseQueue
  private let run: Int64
  private let path: String

  init(connection: DatabaseQueue, run: Int64, path: String) {
    self.connection = connection
    self.run = run
    self.path = path
  }

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws {
    do {
      try await connection.unsafeRead { database in
        try RowStream(columns, run: self.run, database).forEachBatch(body)
      }
    } catch {
      throw StoreError.wrapping(error, path: path)
    }
  }
}

/// One pass over the snapshot for some columns.
struct RowStream {
  private let query: SnapshotQuery
  private let statement: RawStatement
  private let run: Int64
  private let fill: [(column: RowColumn, source: SnapshotQuery.Source)]
  private let columns: [RowColumn]

  /// Prepares a pass over all rows, or one that ``add(_:to:)`` narrows to one row at a time.
  init(_ columns: [RowColumn], run: Int64, _ database: Database, isOneRow: Bool = false) throws {
    var query = SnapshotQuery()
    fill = columns.map { ($0, query.source(of: $0)) }
    self.query = query
    self.columns = columns
    self.run = run
    statement = try RawStatement(database, isOneRow ? query.sqlOfOneRow : query.sql)
  }

  /// Adds the row of a key to a batch, if there is one.
  func add(_ key: RowKey, to batch: inout RowBatch) throws {
    var image = RowImage()
    image.append(key)
    try statement.bind(image)
    var states = StateReader()
    try statement.forEachRow { try addRow(to: &batch, &states) }
  }

  func forEachBatch(_ body: (RowBatch) throws -> Void) throws {
    var batch = RowBatch(columns: columns)
    var states = StateReader()
    var count = 0
    try statement.forEachRow {
      try addRow(to: &batch, &states)
      count += 1
      if count.isMultiple(of: RowBatch.maximumCount) {
        try body(batch)
        batch = RowBatch(columns: columns)
      }
    }
    if batch.count > 0 { try body(batch) }
  }

  private func addRow(to batch: inout RowBatch, _ states: inout StateReader) throws {
    let stored = query.state.map { states.state(statement, $0) } ?? .linked
    let isFound = query.linkRun.map { stored == .linked && statement.integer($0) == run } ?? false
    let state = isFound ? RowState.found : stored
    var row = RowImage()
    if query.needsReason { statement.read(into: &row) }
    for (column, source) in fill { try add(column, source, state, row, to: &batch) }
  }

  private func add(
    _ column: RowColumn, _ source: SnapshotQuery.Source, _ state: RowState, _ row: RowImage,
    to batch: inout RowBatch
  ) throws {
    switch source {
    case .text(let index): statement.fill(column, from: index, into: &batch)
    case .status: batch.fill(column, state.status.rawValue.utf8)
    case .state: batch.fill(column, state.rawValue.utf8)
    case .flags(let index):
      let flags = AccountFlags(rawValue: UInt8(clamping: statement.integer(index)))
      batch.fill(column, flags.text(of: column)?.utf8)
    case .guid(let index):
      var image = RowImage()
      statement.read(into: &image)
      batch.fill(column, image.guid(index)?.description.utf8)
    case .message(let first):
      let reason = try ReasonColumns.reason(in: row, from: first)
      batch.fill(column, reason?.message(for: state).utf8)
    case .nextStep(let first):
      let reason = try ReasonColumns.reason(in: row, from: first)
      batch.fill(column, reason?.nextStep(for: state)?.utf8)
    case .candidates(let first):
      let reason = try ReasonColumns.reason(in: row, from: first)
      batch.fill(column, texts: reason?.candidates ?? [])
    }
  }
}

/// Reads states; most rows have the one of the row before.
struct StateReader {
  private var states = RowState.allCases.map { ($0, Array($0.rawValue.utf8)) }

  mutating func state(_ statement: RawStatement, _ column: Int) -> RowState {
    for index in states.indices where statement.isText(column, states[index].1) {
      if index > 0 { states.swapAt(0, index) }
      return states[0].0
    }
    return .failed
  }
}
