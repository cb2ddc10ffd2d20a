package import PluginContract
package import TenantCore

/// What pages of long tables need of the store, beside single rows: little at a time.
package protocol TablePaging: Sendable {
  /// What the store holds now.
  func revision() async throws -> StoreRevision

  /// The snapshot of the latest complete run without its rows, or nil if there is none (R3).
  func head() async throws -> SnapshotHead?

  /// Gives what the review's table is searched, filtered and sorted by, in R4's order, in batches
  /// of at most ``PluginContract/RowBatch/maximumCount``.
  func forEachReviewRows(_ body: @escaping @Sendable (ReviewRows) throws -> Void) async throws

  /// Rows of the snapshot in the order of their keys; a row that is there no more is left out.
  func rows(_ keys: [RowKey], columns: [RowColumn]) async throws -> RowBatch

  /// The number of links.
  func linkCount() async throws -> Int
}
