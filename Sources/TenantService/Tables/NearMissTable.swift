internal import Administration
internal import Foundation
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// Which near misses are asked for; they come kind by kind.
struct NearMissQuery: Sendable, Equatable {
  /// Only these; all if it is nil.
  var kind: NearMissKind?
  var search: String?
  var page = TablePlace()

  /// Reads what the page calls it.
  ///
  /// - Throws: ``WebFailure`` that lists the known names.
  init(_ fields: FormFields) throws {
    let known = NearMissKind.allCases.map(\.word)
    let word = try fields.choice("kind", of: known)
    kind = NearMissKind.allCases.first { $0.word == word }
    search = fields["search"]
    page = try TablePlace(fields)
  }

  /// The query as fields of a URL.
  var fields: [(name: String, value: String?)] {
    [("kind", kind?.word), ("search", search)] + page.fields
  }
}

extension NearMissKind {
  /// The kind without what all kinds begin with.
  var word: String { String(rawValue.split(separator: ":").last ?? "") }
}

/// A page of the near misses.
struct NearMissListing: Sendable {
  let query: NearMissQuery
  /// Row and reason, kind by kind.
  let rows: [(key: RowKey, entry: SnapshotEntry, nearest: NearestUser)]
  /// The users who are near, by their folded names.
  let users: [String: UserDetail]
  let total: TableTotal
  let hasMore: Bool
  /// How many there are of each kind.
  let counts: [NearMissKind: Int]
}

/// The rows that nobody matches and somebody is near, as an index knows them.
struct NearMissTable: Sendable {
  private static let columns: [RowColumn] = [
    .objectGUID, .state, .reasonCode, .activeDirectoryLogin, .reasonCandidates,
  ]

  /// Reads the whole snapshot once. Who matches nobody has a usable GUID: a row without one is `invalid`.
  static func index(of session: TenantSession) async throws -> TableIndex {
    let builder = Mutex(
      TableIndexBuilder(fieldCount: 2, categoryCount: NearMissKind.allCases.count))
    let snapshot = try await session.snapshot(live: false)
    try await snapshot.rows.forEachBatch(columns: columns) { batch in
      builder.withLock { add(batch, to: &$0) }
    }
    return try builder.withLock { try $0.build() }
  }

  private static func add(_ batch: RowBatch, to builder: inout TableIndexBuilder) {
    for row in 0..<batch.count {
      guard let kind = batch.text(.reasonCode, row: row).flatMap(NearMissKind.init),
        let category = NearMissKind.allCases.firstIndex(of: kind),
        let guid = batch.text(.objectGUID, row: row).flatMap({ ObjectGUID($0) })
      else { continue }
      builder.append(folding: Array((batch.text(.activeDirectoryLogin, row: row) ?? "").utf8))
      builder.append(folding: Array((batch.text(.reasonCandidates, row: row) ?? "").utf8))
      builder.endRow(key: RowKey.guid(guid).packed, categories: [category])
    }
  }

  /// What an index is asked for.
  static func query(_ query: NearMissQuery) -> TableQuery {
    var table = TableQuery()
    let all = NearMissKind.allCases
    if let category = query.kind.flatMap(all.firstIndex) { table.required = [[category]] }
    table.search = query.search
    table.sort = .categories(Array(all.indices))
    table.offset = query.page.offset
    table.limit = query.page.size
    return table
  }
}

extension TenantTables {
  /// A page of the near misses; none if there is no complete run yet.
  func listing(
    _ query: NearMissQuery, of session: TenantSession
  ) async throws -> NearMissListing? {
    guard try await session.head() != nil else { return nil }
    let index = try await nearMisses(session)
    let page = index.page(NearMissTable.query(query))
    let keys = page.rows.compactMap { RowKey(packed: index.key(ofRow: $0)) }
    let entries = try await session.entries(keys)
    let rows = keys.compactMap { key in
      entries[key].flatMap { entry in NearestUser(entry.reason).map { (key, entry, $0) } }
    }
    let users = try await session.users(named: Array(Set(rows.map(\.2.userName))))
    return NearMissListing(
      query: query, rows: rows.map { (key: $0.0, entry: $0.1, nearest: $0.2) },
      users: Dictionary(users.map { (CanonicalText.of($0.userName), $0) }) { first, _ in first },
      total: page.total, hasMore: page.hasMore,
      counts: Dictionary(
        uniqueKeysWithValues: NearMissKind.allCases.enumerated().map {
          ($1, index.categories.rows(in: [[$0]]).count)
        }))
  }
}
