internal import Administration
internal import Authorization
internal import Synchronization
internal import TenantCore

/// Which rows of a table changed since when, while the table is the same: the pages of one filter are asked for one
/// after the other, and to find its rows takes a pass over all of them.
final class ChangedRowsCache: Sendable {
  private struct Entry {
    let tenant: String
    let since: ChangedSince
    let index: TableIndex.Identity
    let basis: String
    let rows: RowBitmap?
  }

  /// A bit a row each: of a million rows 125 kB.
  private static let mostEntries = 64

  private let entries = Mutex<[Entry]>([])

  /// The rows of an index; nil for all of them.
  func rows(
    since: ChangedSince, of index: TableIndex, _ session: TenantSession
  ) async throws -> RowBitmap? {
    let (tenant, basis) = (session.tenant.name, try await session.reviewBasis())
    let known = entries.withLock { entries in
      entries.first {
        $0.tenant == tenant && $0.since == since && $0.index === index.identity && $0.basis == basis
      }
    }
    if let known { return known.rows }
    let rows = Self.rows(try await session.rowsChanged(since: since), of: index)
    entries.withLock { entries in
      entries.removeAll { $0.tenant == tenant && $0.since == since }
      if entries.count >= Self.mostEntries { entries.removeFirst() }
      entries.append(
        Entry(tenant: tenant, since: since, index: index.identity, basis: basis, rows: rows))
    }
    return rows
  }

  private static func rows(_ changed: ChangedRows, of index: TableIndex) -> RowBitmap? {
    guard case .some(let keys) = changed else { return nil }
    var rows = RowBitmap(rowCount: index.rowCount)
    guard !keys.isEmpty else { return rows }
    for row in 0..<index.rowCount {
      if let key = RowKey(packed: index.key(ofRow: row)), keys.contains(key) { rows.insert(row) }
    }
    return rows
  }
}
