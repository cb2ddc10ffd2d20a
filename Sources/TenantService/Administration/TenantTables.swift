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
  private static let (review, users) = ("review", "users")

  private let cache = TableCache<TableRevision>()
  private let changeIndexes = ChangeIndexes()

  /// The review's index.
  func review(of tenant: Tenant, _ store: any TenantStoring) async throws -> TableIndex {
    let table = ReviewTable(tenant)
    return try await cache.index(
      .init(tenant: tenant.name, table: Self.review), revision: try await revision(tenant, store)
    ) { _ in try await table.index(of: store) }
  }

  /// The index of the application's users.
  func users(of tenant: Tenant, _ store: any TenantStoring) async throws -> TableIndex {
    try await cache.index(
      .init(tenant: tenant.name, table: Self.users), revision: try await revision(tenant, store)
    ) { _ in try await UsersTable.index(of: store) }
  }

  /// The changes of a directory user or a tenant user, the latest first.
  func changes(
    of subject: ChangeIndex.Subject, in tenant: Tenant, _ store: any TenantStoring, limit: Int
  ) async throws -> [ChangeRecord] {
    let index = try await changeIndexes.index(of: tenant.name, store)
    return try await store.changes(numbers: index.numbers(of: subject, limit: limit))
      .map(\.change).filter { change in
        switch subject {
        case .directoryUser(let guid): change.guid == guid
        case .user(let key): CanonicalText.of(change.userName) == key
        }
      }
  }

  /// What a table's index is made of now.
  func revision(_ tenant: Tenant, _ store: any TenantStoring) async throws -> TableRevision {
    TableRevision(store: try await store.revision(), usersFile: Self.usersFile(of: tenant))
  }

  /// Makes the review's index after a run, as the service's own account, so that nobody waits for it; for
  /// a tenant that nobody looked at, nothing.
  func warm(_ name: String, _ files: TenantFiles, _ logger: Logger) async {
    guard await cache.holds(tenant: name), let (file, registry) = files.tenant(name) else {
      return
    }
    do {
      let session = try registry.session(file, action: TenantFiles.action)
      let store = try await session.store(writable: false)
      _ = try await review(of: file.tenant, store)
      _ = try await changeIndexes.index(of: name, store)
    } catch {
      logger.warning("the table's index was not made: \(error)", metadata: ["tenant": "\(name)"])
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
