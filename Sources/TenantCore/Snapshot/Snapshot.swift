package import PluginContract

/// The directory users of a complete run, with status, state and reason each.
package struct Snapshot: Sendable {
  /// The run: of a live read, one that was not stored (its id is 0).
  package var run: RunRecord
  /// True if the directory was read now and nothing was stored.
  package var isLive: Bool
  /// The rows, in the order of R4.
  package var rows: any SnapshotRows
  /// Links without a row, or without a user.
  package var vanishedLinks: [VanishedLink]
  /// User names of the tenant unclaimed users, in order.
  package var unclaimed: [String]
  /// A later run that failed (R3).
  package var lastFailure: RunRecord?

  /// Makes a snapshot.
  package init(
    run: RunRecord, isLive: Bool, rows: any SnapshotRows, vanishedLinks: [VanishedLink],
    unclaimed: [String], lastFailure: RunRecord?
  ) {
    self.run = run
    self.isLive = isLive
    self.rows = rows
    self.vanishedLinks = vanishedLinks
    self.unclaimed = unclaimed
    self.lastFailure = lastFailure
  }
}

/// Where a snapshot's rows come from: the store, or a plan that was not applied.
package protocol SnapshotRows: Sendable {
  /// Gives all rows in order, in batches of at most ``PluginContract/RowBatch/maximumCount``.
  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws
}

/// One directory user of the stored snapshot, with all that was read of it.
package struct SnapshotEntry: Sendable, Equatable {
  /// The directory's domain.
  package var domain: String
  /// Empty if the record has none.
  package var login: String
  /// Nil if the record has no usable one.
  package var guid: ObjectGUID?
  /// Where the object lies in the directory.
  package var distinguishedName: String
  /// What the account is: disabled, locked, expired.
  package var flags: AccountFlags
  /// The text attributes as read, by name; those without a value are absent.
  package var attributes: [String: [String]]
  /// The row's state.
  package var state: RowState
  /// Why it has this state.
  package var reason: Reason
  /// The linked tenant user, if any.
  package var userName: String?

  /// Makes an entry.
  package init(
    domain: String, login: String, guid: ObjectGUID?, distinguishedName: String,
    flags: AccountFlags, attributes: [String: [String]], state: RowState, reason: Reason,
    userName: String?
  ) {
    self.domain = domain
    self.login = login
    self.guid = guid
    self.distinguishedName = distinguishedName
    self.flags = flags
    self.attributes = attributes
    self.state = state
    self.reason = reason
    self.userName = userName
  }
}
