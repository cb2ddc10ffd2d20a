package import PluginContract

/// What a store holds at a moment: another value after each change that a table can show.
package struct StoreRevision: Sendable, Hashable {
  /// The number of the latest run, complete or not; 0 before the first.
  package var run: Int64
  /// The number of the latest change, of a run or by hand; 0 before the first.
  package var change: Int64
  /// The latest complete run: while it is the same, the same directory users have rows.
  package var snapshot: Int64

  /// Makes a revision.
  package init(run: Int64, change: Int64, snapshot: Int64) {
    self.run = run
    self.change = change
    self.snapshot = snapshot
  }
}

/// A snapshot without its rows: what stands above the table.
package struct SnapshotHead: Sendable {
  /// The latest complete run; its counts are those of now.
  package var run: RunRecord
  /// A later run that failed (R3).
  package var lastFailure: RunRecord?
  /// Links without a row, or without a user.
  package var vanishedLinks: [VanishedLink]
  /// The tenant unclaimed users.
  package var unclaimedCount: Int

  /// Makes a head.
  package init(
    run: RunRecord, lastFailure: RunRecord?, vanishedLinks: [VanishedLink], unclaimedCount: Int
  ) {
    self.run = run
    self.lastFailure = lastFailure
    self.vanishedLinks = vanishedLinks
    self.unclaimedCount = unclaimedCount
  }
}

/// Some rows of a snapshot, reduced to what a table is searched, filtered and sorted by; all arrays
/// have one element a row, in R4's order.
package struct ReviewRows: Sendable {
  /// The rows' keys: ``RowKey/packed``.
  package var keys = PackedColumn()
  /// The logins, folded.
  package var login = PackedColumn()
  /// `mail`, as read.
  package var mail = PackedColumn()
  /// First and last name with a space between, as read; what is blank is left out.
  package var name = PackedColumn()
  /// The linked tenant users' names.
  package var userName = PackedColumn()
  /// The domains, as the tenant file writes them.
  package var domains: [String] = []
  /// The rows' states.
  package var states: [RowState] = []
  /// What the accounts are.
  package var flags: [AccountFlags] = []

  /// No rows.
  package init() {}
}

/// A change with its number, which grows from change to change.
package struct NumberedChange: Sendable, Equatable {
  /// The number.
  package var number: Int64
  /// The change.
  package var change: ChangeRecord

  /// Makes one.
  package init(number: Int64, change: ChangeRecord) {
    self.number = number
    self.change = change
  }
}

/// Whom a change is about.
package struct ChangeSubject: Sendable, Equatable {
  /// The change's number.
  package var number: Int64
  /// The directory user, where one is concerned.
  package var guid: ObjectGUID?
  /// The tenant user's name, folded.
  package var userKey: String

  /// Makes one.
  package init(number: Int64, guid: ObjectGUID?, userKey: String) {
    self.number = number
    self.guid = guid
    self.userKey = userKey
  }
}
