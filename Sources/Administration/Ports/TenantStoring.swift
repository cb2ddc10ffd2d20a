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
package typealias TenantStoring = HistoryStoring & LinkStoring & RunStoring & SnapshotStoring
  & TablePaging & UserStoring

/// What a run needs of the store.
package protocol RunStoring: Sendable {
  /// Takes the tenant's lock, across processes, until the value is released (T1).
  ///
  /// - Throws: an error that says who runs, since when.
  func lock() async throws -> any RunLock

  /// All tenant users with their effective values; from the users file where the tenant has one.
  func users() async throws -> TenantUsers

  /// All links.
  func links() async throws -> [Link]

  /// All links, each with the place where its directory user was last seen.
  func linksWithParents() async throws -> [Link]

  /// All releases.
  func releases() async throws -> [Release]

  /// The reasons of the rows that were ambiguous in the latest complete run (M16).
  func ambiguities() async throws -> [ObjectGUID: Reason]

  /// The latest complete run, or nil.
  func lastCompleteRun() async throws -> RunRecord?

  /// Writes all of a plan, the run and its changes in one transaction (T4), only what differs
  /// from what is stored.
  ///
  /// - Returns: the run with its number.
  func apply(_ plan: Plan, run: RunRecord) async throws -> RunRecord

  /// Records a run that did not complete; the snapshot stays.
  func record(_ run: RunRecord) async throws -> RunRecord
}

/// The tenant's lock; released when it is, or when the process ends.
package protocol RunLock: Sendable {
  /// Gives the lock back.
  func release()
}

/// What review, export and explain need of the store.
package protocol SnapshotStoring: Sendable {
  /// The snapshot of the latest complete run, or nil if there is none (R3).
  func snapshot() async throws -> Snapshot?

  /// The rows that a typed login means, in R4's order: more than one if it fits several.
  func entries(named name: LoginName) async throws -> [SnapshotEntry]

  /// The row of a directory user, if it has one.
  func entry(guid: ObjectGUID) async throws -> SnapshotEntry?

  /// The reasons of links, kept from the time of linking.
  func linkReasons(of guids: [ObjectGUID]) async throws -> [ObjectGUID: Reason]
}

/// Links by hand.
package protocol LinkStoring: Sendable {
  /// Writes changes of links in one transaction: link, profile, lock of the Windows login, the
  /// snapshot's row, the audit (U5). The caller holds the lock.
  func apply(_ edits: [LinkEdit], actor: String, at moment: Timestamp, comment: String?)
    async throws
}

/// The tenant's users.
package protocol UserStoring: Sendable {
  /// Adds and updates users by name from a users file, in one transaction; never deletes.
  ///
  /// - Parameter skipInvalid: false: one bad row rejects the file.
  func importUsers(
    file: String, skipInvalid: Bool, actor: String, at moment: Timestamp
  ) async throws -> ImportReport

  /// All users, in order of their folded names.
  func listUsers() async throws -> [UserDetail]

  /// One user by name (any case), or nil.
  func user(named name: String) async throws -> UserDetail?

  /// Changes a user in one transaction, with the audit.
  func edit(
    _ userName: String, _ edit: UserEdit, actor: String, at moment: Timestamp
  ) async throws
}

/// The audit.
package protocol HistoryStoring: Sendable {
  /// All runs, the latest first.
  func runs(limit: Int?) async throws -> [RunRecord]

  /// Changes, the latest first; a login narrows them to whom it means.
  func changes(login: LoginName?, limit: Int?) async throws -> [ChangeRecord]
}

/// What a disk does that no longer takes what is written.
package enum DiskFault: Sendable {
  /// No space, or no quota, is left.
  case full
  /// The file system or the file may only be read.
  case notWritable
  /// Another program holds the file.
  case inUse
}

/// An error of the store.
package protocol StorageProblem: ClassifiedError {
  /// What the disk did; nil if it is none of these faults.
  var fault: DiskFault? { get }
}
