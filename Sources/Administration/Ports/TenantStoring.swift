package import Authorization
package import TenantCore

/// Opens the store of the tenant that a permit names.
package protocol TenantStoreOpening: Sendable {
  /// Opens the store.
  ///
  /// - Parameter writable: false: nothing is written, not even an empty file (S6); a store that
  ///   does not exist yet is then an empty one in memory.
  func open(_ permit: Permit, writable: Bool) throws -> any TenantStoring
}

/// All that the store of one tenant does.
package typealias TenantStoring = HistoryStoring & LinkStoring & ReviewStoring & RunStoring
  & SnapshotStoring & StandingStoring & TablePaging & TurnStoring & UserStoring

/// What a run needs of the store.
package protocol RunStoring: Sendable {
  /// Takes the tenant's lock, across processes, until the value is released (T1).
  ///
  /// - Throws: an error that says who runs, since when.
  func lock() async throws -> any RunLock

  /// Who runs the tenant at another host now, in a few words; nil if nobody does that this can see.
  func runner() async throws -> String?

  /// All tenant users with their effective values; from the users file where the tenant has one.
  func users() async throws -> TenantUsers

  /// All links, in the order of their users' ids.
  func linkTable() async throws -> LinkTable

  /// All releases.
  func releases() async throws -> [Release]

  /// The reasons of the rows that were ambiguous in the latest complete run (M16).
  func ambiguities() async throws -> [ObjectGUID: Reason]

  /// The latest complete run, or nil.
  func lastCompleteRun() async throws -> RunRecord?

  /// All that a run decides on, of one moment.
  ///
  /// - Parameter didReadUsers: is given the users while the rest is still read; it may not wait.
  func runBasis(
    didReadUsers: @escaping @Sendable (TenantUsers) -> Void
  ) async throws -> RunBasis

  /// Writes all of a plan, the run and its changes in one transaction (T4), only what differs
  /// from what is stored. Where hosts share the store, the tenant's lock is given back with it.
  func apply(_ plan: Plan, run: RunRecord) async throws -> AppliedRun

  /// Records a run that did not complete; the snapshot stays.
  func record(_ run: RunRecord) async throws -> RunRecord
}

/// What the store knows when a run begins.
package struct RunBasis: Sendable {
  package let users: TenantUsers
  package let links: LinkTable
  package let releases: [Release]
  /// Only of a tenant with a users file, which can lose somebody (M16).
  package let ambiguities: [ObjectGUID: Reason]
  /// The latest complete run, or nil.
  package let lastRun: RunRecord?

  /// Takes what was read.
  package init(
    users: TenantUsers, links: LinkTable, releases: [Release],
    ambiguities: [ObjectGUID: Reason], lastRun: RunRecord?
  ) {
    self.users = users
    self.links = links
    self.releases = releases
    self.ambiguities = ambiguities
    self.lastRun = lastRun
  }
}

/// A run that was written.
package struct AppliedRun: Sendable {
  /// With its number.
  package let run: RunRecord
  /// True if how the tenant stands in its review was written with it: if it has none yet.
  package let isStandingKept: Bool

  /// Takes what was written.
  package init(run: RunRecord, isStandingKept: Bool) {
    self.run = run
    self.isStandingKept = isStandingKept
  }
}

/// The tenant's lock; released when it is, or when the process ends: a while later if hosts share the store (H3).
package protocol RunLock: Sendable {
  /// Gives the lock back: who asks for it afterwards gets it. Does so in a cancelled task, too.
  func release() async
}

extension RunLock {
  /// Does work and gives the lock back, however it ends.
  package func whileHeld<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      let value = try await work()
      await release()
      return value
    } catch {
      await release()
      throw error
    }
  }
}

/// What review, export and explain need of the store.
package protocol SnapshotStoring: Sendable {
  /// The snapshot of the latest complete run, or nil if there is none (R3).
  func snapshot() async throws -> Snapshot?

  /// For each typed login the rows that it means, in R4's order; more than one if several match.
  func entries(named names: [LoginName]) async throws -> [[SnapshotEntry]]

  /// Rows with all that was read of each; one that is there no more is left out.
  func entries(_ keys: [RowKey]) async throws -> [RowKey: SnapshotEntry]

  /// The reasons of links, kept from the time of linking.
  func linkReasons(of guids: [ObjectGUID]) async throws -> [ObjectGUID: Reason]
}

extension SnapshotStoring {
  /// The rows that a typed login means, in R4's order; more than one if several match.
  package func entries(named name: LoginName) async throws -> [SnapshotEntry] {
    try await entries(named: [name]).flatMap(\.self)
  }

  /// One row with all that was read of it, or nil.
  package func entry(_ key: RowKey) async throws -> SnapshotEntry? { try await entries([key])[key] }

  /// The row of a directory user, if it has one.
  package func entry(guid: ObjectGUID) async throws -> SnapshotEntry? {
    try await entry(.guid(guid))
  }
}

/// Links by hand.
package protocol LinkStoring: Sendable {
  /// The links of directory users, in no order; those who have none are left out.
  func links(of guids: [ObjectGUID]) async throws -> [Link]

  /// The links of tenant users by their ids, in no order; those who have none are left out.
  func links(ofUsers ids: [Int64]) async throws -> [Link]

  /// Writes changes of links in one transaction: link, profile, lock of the Windows login, the
  /// snapshot's row, the audit (U5); all unlinks before all links. The caller holds the lock.
  func apply(_ edits: [LinkEdit], actor: String, at moment: Timestamp) async throws
}

/// The tenant's users.
package protocol UserStoring: Sendable {
  /// Adds and updates users by name from a users file, in one transaction; never deletes.
  ///
  /// - Parameter skipInvalid: false: one bad row rejects the file.
  func importUsers(
    file: String, skipInvalid: Bool, actor: String, at moment: Timestamp
  ) async throws -> ImportReport

  /// The same of a users file that was sent.
  ///
  /// - Parameter name: what it is called in messages.
  func importUsers(
    bytes: [UInt8], named name: String, skipInvalid: Bool, actor: String, at moment: Timestamp
  ) async throws -> ImportReport

  /// Users in order of their folded names.
  ///
  /// - Parameter name: only those whose names come after it; nil from the first on.
  func users(after name: String?, limit: Int) async throws -> [UserDetail]

  /// Users by name (any case), in this order; one that is there no more is left out.
  ///
  /// A user that a users file has no more is there while a link leads to it, so that it can be
  /// unlinked.
  func users(named names: [String]) async throws -> [UserDetail]

  /// Changes a user in one transaction, with the audit.
  func edit(
    _ userName: String, _ edit: UserEdit, actor: String, at moment: Timestamp
  ) async throws
}

extension UserStoring {
  /// One user by name (any case), or nil.
  package func user(named name: String) async throws -> UserDetail? {
    try await users(named: [name]).first
  }
}

/// The audit. Long lists are read in parts: each begins `before` the last number of the part before.
package protocol HistoryStoring: Sendable {
  /// Runs, the latest first.
  ///
  /// - Parameter before: only those with a smaller number; nil from the latest on.
  func runs(before: Int64?, limit: Int) async throws -> [RunRecord]

  /// One run, or nil.
  func run(_ number: Int64) async throws -> RunRecord?

  /// Changes, the latest first or, if a number is given that they come after, the earliest first.
  ///
  /// - Parameters:
  ///   - before: only those with a smaller number; nil from the latest on.
  ///   - after: only those with a larger number.
  ///   - filter: its login also finds whom it means now, under whatever name the change was made.
  func changes(
    before: Int64?, after: Int64?, fitting filter: HistoryFilter, limit: Int
  ) async throws -> [NumberedChange]

  /// Changes by number, in the order of the numbers that are given.
  func changes(numbers: [Int64]) async throws -> [NumberedChange]

  /// Gives of each change with a larger number whom it is about, in the order of the numbers.
  func forEachChangeSubject(
    after number: Int64, _ body: @escaping @Sendable (ChangeSubject) throws -> Void
  ) async throws
}

extension HistoryStoring {
  /// Changes, the latest first.
  ///
  /// - Parameters:
  ///   - before: only those with a smaller number; nil from the latest on.
  ///   - login: only those of whom it means, now or when the change was made; nil for all.
  package func changes(
    before: Int64?, ofLogin login: LoginName?, limit: Int
  ) async throws -> [NumberedChange] {
    var filter = HistoryFilter()
    filter.login = login
    return try await changes(before: before, after: nil, fitting: filter, limit: limit)
  }

  /// Runs that fit, the latest first.
  package func runs(
    before: Int64?, fitting filter: HistoryFilter, limit: Int
  ) async throws -> [RunRecord] {
    guard filter != HistoryFilter() else { return try await runs(before: before, limit: limit) }
    let partCount = 500
    var (before, found): (Int64?, [RunRecord]) = (before, [])
    repeat {
      let part = try await runs(before: before, limit: partCount)
      found += part.filter(filter.includes).prefix(limit - found.count)
      let isOver = filter.since.map { day in part.last.map { $0.startedAt < day.start } ?? true }
      before = part.count == partCount && isOver != true ? part.last?.id : nil
    } while before != nil && found.count < limit
    return found
  }

  /// Gives all changes, the latest first, read part by part.
  package func forEachChange(_ body: (ChangeRecord) throws -> Void) async throws {
    let partCount = 1000
    var before: Int64?
    repeat {
      let part = try await changes(before: before, ofLogin: nil, limit: partCount)
      for change in part { try body(change.change) }
      before = part.count == partCount ? part.last?.number : nil
    } while before != nil
  }
}

/// What a disk does that no longer takes what is written, or a database.
package enum DiskFault: Sendable {
  /// No space, or no quota, is left.
  case full
  /// The file system or the file may only be read.
  case notWritable
  /// Another program holds the file.
  case inUse
  /// The database does not answer, or takes no connection; it may be back in a moment (H7).
  case unreachable
  /// The same, while a change was about to be confirmed: nobody knows whether it was made.
  case outcomeUnknown
}

/// An error of the store.
package protocol StorageProblem: ClassifiedError {
  /// What the disk did; nil if it is none of these faults.
  var fault: DiskFault? { get }
}
