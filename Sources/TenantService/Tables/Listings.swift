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
  /// What needs a decision, if a round is open or it was asked for.
  var attention: AttentionTable?

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
  ///
  /// - Parameter orLast: true to give the last page for one behind it.
  func listing(
    _ query: ReviewQuery, of session: TenantSession, at moment: Timestamp, orLast: Bool
  ) async throws -> ReviewListing {
    guard let head = try await session.head() else { return .empty(query) }
    let attention = try await attention(session, at: moment, onlyOpen: !query.isOfAttention)
    let index = try await review(session)
    var query = query
    var page = index.page(try await tableQuery(query, session, index, attention))
    if orLast, page.rows.isEmpty, case .exact(let count) = page.total, count > 0 {
      query.page.number = (count + query.page.size - 1) / query.page.size
      page = index.page(try await tableQuery(query, session, index, attention))
    }
    return ReviewListing(
      query: query, head: head, keys: Self.keys(of: page, index), total: page.total,
      hasMore: page.hasMore, attention: attention)
  }

  /// All rows that fit a query, on all its pages.
  ///
  /// - Parameter isMatched: true to leave out those that are not matched.
  /// - Returns: nil if there are more than `most`.
  func keys(
    of query: ReviewQuery, of session: TenantSession, at moment: Timestamp, isMatched: Bool,
    most: Int
  ) async throws -> [RowKey]? {
    let attention =
      query.isOfAttention ? try await attention(session, at: moment) : nil
    let index = try await review(session)
    var table = try await tableQuery(query, session, index, attention)
    if isMatched { table.required.append(ReviewTable.matched) }
    (table.offset, table.limit) = (0, most)
    let page = index.page(table)
    return page.hasMore ? nil : Self.keys(of: page, index)
  }

  /// The rows before and behind one in a query's order.
  ///
  /// - Parameter place: how many stood before it when it was last seen. Where it stands now is looked for
  ///   near there.
  func neighbours(
    of key: RowKey, at place: Int, _ query: ReviewQuery, of session: TenantSession,
    at moment: Timestamp
  ) async throws -> RowNeighbours {
    let attention =
      query.isOfAttention ? try await attention(session, at: moment) : nil
    let index = try await review(session)
    var table = try await tableQuery(query, session, index, attention)
    let first = max(0, place - RowNeighbours.reach)
    (table.offset, table.limit) = (first, place - first + RowNeighbours.reach)
    let page = index.page(table)
    return RowNeighbours(
      Self.keys(of: page, index), first: first, around: key, place: place, total: page.total)
  }

  private func tableQuery(
    _ query: ReviewQuery, _ session: TenantSession, _ index: TableIndex,
    _ attention: AttentionTable?
  ) async throws -> TableQuery {
    var table = ReviewTable(session.tenant).query(query)
    if query.isOfAttention { table.among = attention?.rows(in: index) }
    guard let since = query.changedSince,
      var rows = try await changedRows.rows(since: since, of: index, session)
    else { return table }
    if let among = table.among { rows.formIntersection(among) }
    table.among = rows
    return table
  }

  private static func keys(of page: TablePage, _ index: TableIndex) -> [RowKey] {
    page.rows.compactMap { RowKey(packed: index.key(ofRow: $0)) }
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
