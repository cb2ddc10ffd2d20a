package import PluginContract
package import TenantCore

/// Single things, and parts of long lists, as somebody looks them up. All of a session come from one
/// connection to the store.
extension TenantSession {
  /// What the store holds now.
  package func revision() async throws -> StoreRevision { try await storeForReading().revision() }

  // MARK: - The snapshot

  /// The snapshot of the latest complete run without its rows, or nil if there is none (R3).
  package func head() async throws -> SnapshotHead? { try await storeForReading().head() }

  /// Rows of the snapshot in the order of their keys; a row that is there no more is left out.
  package func rows(_ keys: [RowKey], columns: [RowColumn]) async throws -> RowBatch {
    try await storeForReading().rows(keys, columns: columns)
  }

  /// The same rows with all that was read of each.
  package func entries(_ keys: [RowKey]) async throws -> [RowKey: SnapshotEntry] {
    try await storeForReading().entries(keys)
  }

  /// One row with all that was read of it, or nil.
  package func entry(_ key: RowKey) async throws -> SnapshotEntry? {
    try await storeForReading().entry(key)
  }

  /// The row of a directory user, if it has one.
  package func entry(guid: ObjectGUID) async throws -> SnapshotEntry? {
    try await storeForReading().entry(guid: guid)
  }

  /// Gives what the review's table is searched, filtered and sorted by, in R4's order, in batches.
  package func forEachReviewRows(
    _ body: @escaping @Sendable (ReviewRows) throws -> Void
  ) async throws {
    try await storeForReading().forEachReviewRows(body)
  }

  /// The users whom nobody claimed in the latest complete run; none if there is none.
  package func unclaimedUsers() async throws -> [String] {
    try await storeForReading().snapshot()?.unclaimed ?? []
  }

  // MARK: - Users and links

  /// All tenant users with their effective values.
  package func allUsers() async throws -> TenantUsers { try await storeForReading().users() }

  /// Users in order of their folded names.
  ///
  /// - Parameter name: only those whose names come after it; nil from the first on.
  package func users(after name: String?, limit: Int) async throws -> [UserDetail] {
    try await storeForReading().users(after: name, limit: limit)
  }

  /// Users by name (any case), in this order; one that is there no more is left out.
  package func users(named names: [String]) async throws -> [UserDetail] {
    try await storeForReading().users(named: names)
  }

  /// One user by name (any case), or nil.
  package func userIfPresent(_ name: String) async throws -> UserDetail? {
    try await storeForReading().user(named: name)
  }

  /// The number of links.
  package func linkCount() async throws -> Int { try await storeForReading().linkCount() }

  /// The names of all users who are linked.
  package func linkedUsers() async throws -> [String] {
    let links = try await storeForReading().linkTable()
    return (0..<links.count).map { links.userName(of: $0) }
  }

  /// The pairs of a user that are not linked again by themselves (U2).
  package func releases(ofUser id: Int64) async throws -> [Release] {
    try await storeForReading().releases().filter { $0.userID == id }
  }

  // MARK: - The history

  /// Runs, the latest first.
  ///
  /// - Parameter before: only those with a smaller number.
  package func runs(before: Int64? = nil, limit: Int) async throws -> [RunRecord] {
    try await storeForReading().runs(before: before, limit: limit)
  }

  /// One run, or nil.
  package func run(_ number: Int64) async throws -> RunRecord? {
    try await storeForReading().run(number)
  }

  /// Changes, the latest first.
  ///
  /// - Parameters:
  ///   - before: only those with a smaller number.
  ///   - login: only those of whom it means, now or when the change was made; nil for all.
  package func changes(
    before: Int64? = nil, ofLogin login: LoginName? = nil, limit: Int
  ) async throws -> [NumberedChange] {
    try await storeForReading().changes(before: before, ofLogin: login, limit: limit)
  }

  /// Changes that fit, the latest first or, after a number, the earliest first.
  package func changes(
    before: Int64? = nil, after: Int64? = nil, fitting filter: HistoryFilter, limit: Int
  ) async throws -> [NumberedChange] {
    try await storeForReading().changes(
      before: before, after: after, fitting: filter, limit: limit)
  }

  /// Runs that fit, the latest first.
  package func runs(
    before: Int64? = nil, fitting filter: HistoryFilter, limit: Int
  ) async throws -> [RunRecord] {
    try await storeForReading().runs(before: before, fitting: filter, limit: limit)
  }

  /// Changes by number, in the order of the numbers that are given.
  package func changes(numbers: [Int64]) async throws -> [NumberedChange] {
    try await storeForReading().changes(numbers: numbers)
  }

  /// Gives of each change with a larger number whom it is about, in the order of the numbers.
  package func forEachChangeSubject(
    after number: Int64, _ body: @escaping @Sendable (ChangeSubject) throws -> Void
  ) async throws {
    try await storeForReading().forEachChangeSubject(after: number, body)
  }
}
