internal import PluginContract
internal import Synchronization
internal import TenantCore

/// Which rows a review shows (R1).
struct RowFilter: Sendable {
  var status: Status?
  var states: Set<String> = []
  /// Folded; sought in login, SMTP address and user name.
  var text: String?
  var domain: String?
  var account: AccountFilter?
  /// How many rows are still shown.
  var remaining: Int?

  /// The columns that it looks at.
  let columns: [RowColumn] = [
    .status, .state, .activeDirectoryLogin, .smtpAddress, .userName, .domain, .enabled,
    .locked, .expired,
  ]

  /// The rows that pass, with these columns only.
  mutating func select(from batch: RowBatch, columns: [RowColumn]) -> RowBatch {
    var selected = RowBatch(columns: columns)
    for row in 0..<batch.count where passes(row, of: batch) {
      if let left = remaining {
        guard left > 0 else { break }
        remaining = left - 1
      }
      for column in columns {
        selected.fill(column, texts: batch.values(of: column)?.texts(of: row) ?? [])
      }
    }
    return selected
  }

  private func passes(_ row: Int, of batch: RowBatch) -> Bool {
    if let status, batch.text(.status, row: row) != status.rawValue { return false }
    if !states.isEmpty, !states.contains(batch.text(.state, row: row) ?? "") { return false }
    if let account, !includes(account, row, of: batch) { return false }
    if let domain, CanonicalText.of(batch.text(.domain, row: row) ?? "") != domain { return false }
    guard let text else { return true }
    return [RowColumn.activeDirectoryLogin, .smtpAddress, .userName].contains {
      CanonicalText.of(batch.text($0, row: row) ?? "").contains(text)
    }
  }
}

extension RowFilter {
  /// The same as ``TenantCore/AccountFilter/includes(_:)``, of a row's columns.
  private func includes(_ account: AccountFilter, _ row: Int, of batch: RowBatch) -> Bool {
    switch account {
    case .enabled: batch.text(.enabled, row: row) == "true"
    case .disabled: batch.text(.enabled, row: row) == "false"
    case .locked: batch.text(.locked, row: row) == "true"
    case .expired: batch.text(.expired, row: row) == "true"
    case .unknown: batch.text(.enabled, row: row) == nil
    }
  }
}

/// The rows of a snapshot that pass a filter; the counts stay those of the snapshot.
struct FilteredRows: SnapshotRows {
  let rows: any SnapshotRows
  let filter: RowFilter

  /// Ends the reading of rows once as many are shown as were asked for.
  private struct Enough: Error {}

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws {
    let selection = Mutex(filter)
    let needed = columns + filter.columns.filter { !columns.contains($0) }
    do {
      try await rows.forEachBatch(columns: needed) { batch in
        try Interruption.check()
        let (selected, remaining) = selection.withLock { selection in
          (selection.select(from: batch, columns: columns), selection.remaining)
        }
        try body(selected)
        if remaining == 0 { throw Enough() }
      }
    } catch is Enough {}
  }
}
