internal import Administration
internal import Authorization
internal import Foundation
internal import Logging
internal import PluginContract
internal import TenantCore

/// What the index of a table was made of.
struct TableRevision: Sendable, Equatable {
  var store: StoreRevision
  /// The users file's facts; empty if the users are in the store.
  var usersFile: [String]
}

/// The indexes of the tenants' tables: made when a page first needs one, and again once what they show has
/// changed.
struct TenantTables: Sendable {
  private static let (review, users, nearMisses) = ("review", "users", "near-misses")

  private let cache = TableCache<TableRevision>()
  private let changeIndexes = ChangeIndexes()
  /// Rows that changed.
  let changedRows = ChangedRowsCache()
  private let attentions = AttentionTables()

  /// The review's index.
  func review(_ session: TenantSession) async throws -> TableIndex {
    let table = ReviewTable(session.tenant)
    return try await index(Self.review, session) { try await table.index(of: session) }
  }

  /// What needs a decision now, with its places in the review's index.
  ///
  /// - Parameter onlyOpen: true for nil while no round is open.
  func attention(
    _ session: TenantSession, at moment: Timestamp, onlyOpen: Bool = false
  ) async throws -> AttentionTable? {
    let revision = try await session.attentionRevision(at: moment)
    if onlyOpen, revision.openRound == nil { return nil }
    return try await attentions.table(session.tenant.name, revision) { earlier in
      let known: RoundAttention? =
        if let earlier {
          try await session.attention(
            since: earlier.table.attention, earlier.revision, now: revision)
        } else {
          nil
        }
      let attention = if let known { known } else { try await session.attention(at: moment) }
      return AttentionTable(attention, in: try await review(session))
    }
  }

  /// The index of the application's users.
  func users(_ session: TenantSession) async throws -> TableIndex {
    try await index(Self.users, session) { try await UsersTable.index(of: session) }
  }

  /// The index of the rows that nobody matches and somebody is near.
  func nearMisses(_ session: TenantSession) async throws -> TableIndex {
    try await index(Self.nearMisses, session) { try await NearMissTable.index(of: session) }
  }

  private func index(
    _ table: String, _ session: TenantSession,
    _ make: @escaping @Sendable () async throws -> TableIndex
  ) async throws -> TableIndex {
    try await cache.index(
      .init(tenant: session.tenant.name, table: table), revision: try await revision(session),
      build: make)
  }

  /// The changes of a directory user or a tenant user, the latest first.
  func changes(
    of subject: ChangeIndex.Subject, in session: TenantSession, limit: Int
  ) async throws -> [ChangeRecord] {
    let index = try await changeIndexes.index(of: session)
    return try await session.changes(numbers: index.numbers(of: subject, limit: limit))
      .map(\.change).filter { change in
        switch subject {
        case .directoryUser(let guid): change.guid == guid
        case .user(let key): CanonicalText.of(change.userName) == key
        }
      }
  }

  /// What a table's index is made of now.
  func revision(_ session: TenantSession) async throws -> TableRevision {
    TableRevision(
      store: try await session.revision(), usersFile: Self.usersFile(of: session.tenant))
  }

  /// Makes the review's index after a run, so that nobody waits for it; for a tenant that nobody looked
  /// at, nothing.
  ///
  /// - Parameter session: the service's own; nil if the tenant is not kept fresh any more.
  func warm(_ tenant: String, _ logger: Logger, session: () async throws -> TenantSession?) async {
    guard await cache.holds(tenant: tenant) else { return }
    do {
      guard let session = try await session() else { return }
      _ = try await review(session)
      _ = try await changeIndexes.index(of: session)
    } catch {
      logger.warning(
        "the table's index was not made: \(error)", metadata: ["tenant": "\(tenant)"])
    }
  }

  /// The users file's state, where the tenant has one: it changes without the store.
  private static func usersFile(of tenant: Tenant) -> [String] {
    guard case .csv(let path) = tenant.users,
      let facts = try? FileManager.default.attributesOfItem(atPath: path)
    else { return [] }
    return [FileAttributeKey.modificationDate, .size, .systemFileNumber].map {
      "\(facts[$0] ?? "")"
    }
  }
}
