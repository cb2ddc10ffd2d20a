public import PluginContract

/// What a store holds at a moment: another value after each change that a table can show.
public struct StoreRevision: Sendable, Hashable {
  /// The number of the latest run, complete or not; 0 before the first.
  public var run: Int64
  /// The number of the latest change, of a run or by hand; 0 before the first.
  public var change: Int64
  /// The latest complete run: while it is the same, the same directory users have rows.
  public var snapshot: Int64

  /// Makes a revision.
  public init(run: Int64, change: Int64, snapshot: Int64) {
    self.run = run
    self.change = change
    self.snapshot = snapshot
  }
}

/// A snapshot without its rows: what stands above the table.
public struct SnapshotHead: Sendable {
  /// The latest complete run; its counts are those of now.
  public var run: RunRecord
  /// A later run that failed (R3).
  public var lastFailure: RunRecord?
  /// Links without a row, or without a user.
  public var vanishedLinks: [VanishedLink]
  /// The tenant users that nobody claims.
  public var unclaimedCount: Int

  /// Makes a head.
  public init(
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
public struct ReviewRows: Sendable {
  /// The rows' keys: ``RowKey/packed``.
  public var keys = PackedColumn()
  /// The logins, folded.
  public var login = PackedColumn()
  /// `mail`, as read.
  public var mail = PackedColumn()
  /// First and last name with a space between, as read; what is blank is left out.
  public var name = PackedColumn()
  /// The linked tenant users' names.
  public var userName = PackedColumn()
  /// The domains, as the tenant file writes them.
  public var domains: [String] = []
  /// The rows' states.
  public var states: [RowState] = []
  /// What the accounts are.
  public var flags: [AccountFlags] = []

  /// No rows.
  public init() {}
}

/// A change with its number, which grows from change to change.
public struct NumberedChange: Sendable, Equatable {
  /// The number.
  public var number: Int64
  /// The change.
  public var change: ChangeRecord

  /// Makes one.
  public init(number: Int64, change: ChangeRecord) {
    self.number = number
    self.change = change
  }
}

/// Whom a change is about.
public struct ChangeSubject: Sendable, Equatable {
  /// The change's number.
  public var number: Int64
  /// The directory user, where one is concerned.
  public var guid: ObjectGUID?
  /// The tenant user's name, folded.
  public var userKey: String

  /// Makes one.
  public init(number: Int64, guid: ObjectGUID?, userKey: String) {
    self.number = number
    self.guid = guid
    self.userKey = userKey
  }
}
