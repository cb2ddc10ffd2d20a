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

  /// The same rows with all that was read of each.
  func entries(_ keys: [RowKey]) async throws -> [RowKey: SnapshotEntry]

  /// One row with all that was read of it, or nil.
  func entry(_ key: RowKey) async throws -> SnapshotEntry?

  /// Users by name (any case), in this order; one that is there no more is left out.
  func users(named names: [String]) async throws -> [UserDetail]

  /// Changes, the latest first.
  ///
  /// - Parameter before: only those with a smaller number.
  func changes(before: Int64?, limit: Int) async throws -> [NumberedChange]

  /// Changes of one directory user, the latest first.
  ///
  /// - Parameters:
  ///   - before: only those with a smaller number.
  ///   - login: whom it means, now or when the change was made.
  func changes(before: Int64?, ofLogin login: LoginName, limit: Int) async throws
    -> [NumberedChange]

  /// Changes by number, in the order of the numbers that are given.
  func changes(numbers: [Int64]) async throws -> [NumberedChange]

  /// Gives of each change with a larger number whom it is about, in the order of the numbers.
  func forEachChangeSubject(
    after number: Int64, _ body: @escaping @Sendable (ChangeSubject) throws -> Void
  ) async throws

  /// The number of links.
  func linkCount() async throws -> Int

  /// Runs, the latest first.
  ///
  /// - Parameter before: only those with a smaller number.
  func runs(before: Int64?, limit: Int) async throws -> [RunRecord]

  /// One run, or nil.
  func run(_ number: Int64) async throws -> RunRecord?
}
