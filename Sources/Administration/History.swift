package import Authorization
package import TenantCore

/// What was done to a tenant, the latest first.
package struct TenantHistory: Sendable {
  package let runs: [RunRecord]
  package let changes: [ChangeRecord]
  package let refusals: [RefusalRecord]
  /// Who came, left, took data away, or changed who may sign in.
  package let events: [AuditEvent]
}

extension TenantSession {
  /// - Parameters:
  ///   - filter: what is asked for. With a login all runs are looked at, because a link may have vanished in any; with
  ///     kinds of changes none is.
  ///   - limit: the most of each kind; nil for all.
  package func history(
    fitting filter: HistoryFilter = HistoryFilter(), limit: Int? = nil
  ) async throws -> TenantHistory {
    let store = try await store(writable: false)
    var ofRuns = filter
    ofRuns.login = nil
    let runLimit = !filter.kinds.isEmpty ? 0 : filter.login == nil ? limit ?? .max : .max
    return TenantHistory(
      runs: try await store.runs(before: nil, fitting: ofRuns, limit: runLimit),
      changes: try await store.changes(
        before: nil, after: nil, fitting: filter, limit: limit ?? .max
      ).map(\.change),
      refusals: try await refusals(fitting: filter, limit: limit),
      events: try await events(fitting: filter, limit: limit))
  }
}
