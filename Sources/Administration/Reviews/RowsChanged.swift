internal import Authorization
internal import Synchronization
package import TenantCore

extension TenantSession {
  /// The rows that are new, or of which something changed that a review looks at: status, state, linked user, reason,
  /// account.
  package func rowsChanged(since: ChangedSince) async throws -> ChangedRows {
    let store = try await storeForReading()
    switch since {
    case .day(let day): return try await store.rowsChanged(since: .moment(day.start))
    case .run(let number):
      guard try await store.run(number) != nil else {
        let latest = try await store.runs(before: nil, limit: 1).first
        throw Failure(
          .notAvailable,
          "tenant '\(tenant.name)' has no run \(number)"
            + (latest.map { "; the latest is run \($0.id)" } ?? ""))
      }
      return try await store.rowsChanged(since: .run(number))
    case .review:
      guard try await store.reviewHead().signed != nil else {
        throw Failure(
          .notAvailable, "tenant '\(tenant.name)' has no signed review to compare with",
          remedy: .openReview)
      }
      let keys = Mutex<Set<RowKey>>([])
      try await RoundReader(store, at: .now()).forEachItem { item in
        guard case .row(let key) = item.subject, item.isChangedSinceReview else { return }
        keys.withLock { _ = $0.insert(key) }
      }
      return .some(keys.withLock(\.self))
    }
  }

  /// A snapshot with those rows only that changed since then; its counts stay as they are.
  package func changed(since: ChangedSince, _ snapshot: Snapshot) async throws -> Snapshot {
    guard case .some(let keys) = try await rowsChanged(since: since) else { return snapshot }
    var snapshot = snapshot
    snapshot.rows = SelectedRows(rows: snapshot.rows, keys: keys)
    return snapshot
  }
}
