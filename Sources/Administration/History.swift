package import Authorization
package import TenantCore

/// What was done to a tenant, the latest first.
package struct TenantHistory: Sendable {
  package let runs: [RunRecord]
  package let changes: [ChangeRecord]
  package let refusals: [RefusalRecord]
}

extension TenantSession {
  /// - Parameters:
  ///   - login: only changes of whom it means; all runs are looked at then, because a link may have vanished in any.
  ///   - limit: the most of each kind; nil for all.
  package func history(login: LoginName? = nil, limit: Int? = nil) async throws -> TenantHistory {
    let store = try await store(writable: false)
    return TenantHistory(
      runs: try await store.runs(before: nil, limit: login == nil ? limit ?? .max : .max),
      changes: try await store.changes(before: nil, ofLogin: login, limit: limit ?? .max)
        .map(\.change),
      refusals: try await refusals(limit: limit))
  }
}
