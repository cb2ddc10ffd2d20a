package import TenantCore

extension TenantSession {
  /// The stored snapshot, or one that is read now (R3).
  ///
  /// - Parameter parts: what is looked at beside the rows' states; a stored snapshot has everything.
  package func snapshot(
    live: Bool, parts: PlanParts = .all, progress: (@Sendable (RunProgress) -> Void)? = nil
  ) async throws -> Snapshot {
    guard !tenant.directories.isEmpty else {
      throw Failure(
        .configuration,
        "tenant '\(tenant.name)' has no directory configured: there is nothing to review. Name one "
          + "under 'directories:' in its tenant file", remedy: .testConnection)
    }
    let store = try await store(writable: false)
    if live { return try await reconciler(store, progress: progress).liveSnapshot(parts) }
    guard let snapshot = try await store.snapshot() else {
      throw Failure(
        .incomplete, "tenant '\(tenant.name)' has no complete run yet", remedy: .sync)
    }
    return snapshot
  }
}
