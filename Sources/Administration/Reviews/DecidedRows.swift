internal import PluginContract
internal import Synchronization
package import TenantCore

/// The rows of a snapshot with the decisions that stand on them.
struct DecidedRows: SnapshotRows {
  let rows: any SnapshotRows
  let decisions: [RowKey: ReviewDecision]

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws {
    let stored = columns.filter { !RowColumn.decisions.contains($0) }
    let needed = stored + RowKey.columns.filter { !stored.contains($0) }
    try await rows.forEachBatch(columns: needed) { batch in
      var decided = RowBatch(columns: columns)
      for row in 0..<batch.count {
        let decision = decisions[RowKey(of: row, in: batch)]
        for column in columns {
          if RowColumn.decisions.contains(column) {
            decided.fill(column, decision?.text(of: column)?.utf8)
          } else {
            decided.fill(column, texts: batch.values(of: column)?.texts(of: row) ?? [])
          }
        }
      }
      try body(decided)
    }
  }
}

/// Some rows of a snapshot.
struct SelectedRows: SnapshotRows {
  let rows: any SnapshotRows
  let keys: Set<RowKey>

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws {
    let needed = columns + RowKey.columns.filter { !columns.contains($0) }
    try await rows.forEachBatch(columns: needed) { batch in
      var selected = RowBatch(columns: columns)
      for row in 0..<batch.count where keys.contains(RowKey(of: row, in: batch)) {
        for column in columns {
          selected.fill(column, texts: batch.values(of: column)?.texts(of: row) ?? [])
        }
      }
      try body(selected)
    }
  }
}

extension RowKey {
  /// What a row's key is made of in a review.
  fileprivate static let columns: [RowColumn] = [.objectGUID, .distinguishedName]

  fileprivate init(of row: Int, in batch: RowBatch) {
    let guid = batch.bytes(.objectGUID, row: row).flatMap { ObjectGUID(text: $0) }
    self =
      guid.map { .guid($0) }
      ?? .record(Array((batch.text(.distinguishedName, row: row) ?? "").utf8))
  }
}

extension ReviewDecision {
  /// What a column holds of it.
  fileprivate func text(of column: RowColumn) -> String? {
    switch column {
    case .decision: wish.kind.rawValue
    case .note: wish.note
    case .until: wish.until?.description
    case .assignee: wish.assignee
    case .decidedBy: actor
    case .decidedAt: at.description
    default: nil
    }
  }
}

extension TenantSession {
  /// A snapshot whose rows have the decisions that stand on them.
  package func withDecisions(_ snapshot: Snapshot) async throws -> Snapshot {
    let decisions = Mutex<[RowKey: ReviewDecision]>([:])
    try await RoundReader(store(writable: false), at: .now()).forEachItem { item in
      guard case .row(let key) = item.subject, let decision = item.decision else { return }
      decisions.withLock { $0[key] = decision }
    }
    var snapshot = snapshot
    snapshot.rows = DecidedRows(rows: snapshot.rows, decisions: decisions.withLock(\.self))
    return snapshot
  }

  /// A snapshot with those rows only that need a decision, in the open round or in one that were opened now; its
  /// counts stay as they are.
  package func needingDecisions(_ snapshot: Snapshot) async throws -> Snapshot {
    let keys = Mutex<Set<RowKey>>([])
    try await RoundReader(store(writable: false), at: .now()).forEachItem { item in
      guard case .row(let key) = item.subject, item.mark == .undecided else { return }
      keys.withLock { _ = $0.insert(key) }
    }
    var snapshot = snapshot
    snapshot.rows = SelectedRows(rows: snapshot.rows, keys: keys.withLock(\.self))
    return snapshot
  }
}
