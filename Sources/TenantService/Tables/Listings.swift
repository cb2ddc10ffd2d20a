internal import Administration
internal import Authorization
internal import PluginContract
internal import TenantCore

/// A page of the review.
struct ReviewListing: Sendable {
  let query: ReviewQuery
  /// What stands above the table; nil if there is no complete run yet.
  let head: SnapshotHead?
  /// The page's rows.
  let keys: [RowKey]
  /// How many rows match.
  let total: TableTotal
  /// True if more follow.
  let hasMore: Bool

  /// Without a complete run.
  static func empty(_ query: ReviewQuery) -> ReviewListing {
    ReviewListing(query: query, head: nil, keys: [], total: .exact(0), hasMore: false)
  }
}

/// A part of the review's rows in R4's order.
struct RowPart: Sendable {
  let keys: [RowKey]
  /// The number of its last row, if more follow.
  let last: Int?
}

/// A page of the application's users.
struct UsersListing: Sendable {
  let query: UsersQuery
  /// The page's users.
  let users: [UserDetail]
  /// How many users match.
  let total: TableTotal
  /// True if more follow.
  let hasMore: Bool
  /// Those of the page's unclaimed users, folded.
  let unclaimed: Set<String>
}

extension TenantTables {
  /// A page of the review (R1), with the head that belongs to it.
  func listing(_ query: ReviewQuery, of session: TenantSession) async throws -> ReviewListing {
    guard let head = try await session.head() else { return .empty(query) }
    let index = try await review(session)
    let page = index.page(ReviewTable(session.tenant).query(query))
    return ReviewListing(
      query: query, head: head,
      keys: page.rows.compactMap { RowKey(packed: index.key(ofRow: $0)) }, total: page.total,
      hasMore: page.hasMore)
  }

  /// Rows that fit a query and stand behind a row.
  ///
  /// - Parameter row: its number in the snapshot; -1 for all.
  func rows(
    _ query: ReviewQuery, after row: Int, limit: Int, of session: TenantSession
  ) async throws -> RowPart {
    let index = try await review(session)
    var table = ReviewTable(session.tenant).query(query)
    table.limit = limit
    let page = index.page(table, after: row)
    return RowPart(
      keys: page.rows.compactMap { RowKey(packed: index.key(ofRow: $0)) },
      last: page.hasMore ? page.rows.last : nil)
  }

  /// A page of the application's users.
  func listing(_ query: UsersQuery, of session: TenantSession) async throws -> UsersListing {
    let index = try await users(session)
    let page = index.page(UsersTable.query(query))
    let names = page.rows.map { String(decoding: index.key(ofRow: $0), as: UTF8.self) }
    let unclaimed = page.rows.filter { UsersTable.isUnclaimed($0, in: index) }
    return UsersListing(
      query: query, users: try await session.users(named: names), total: page.total,
      hasMore: page.hasMore,
      unclaimed: Set(unclaimed.map { String(decoding: index.key(ofRow: $0), as: UTF8.self) }))
  }
}
