extension TenantSession {
  /// Unlinks, all or nothing (U1 to U3).
  ///
  /// - Returns: one sentence for each.
  /// - Throws: ``LinkEditError`` if any is not there or not linked; nothing is changed then.
  package func unlink(
    _ targets: [LinkTarget], reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await editor(dryRun).unlink(targets, reason: reason, dryRun: dryRun)
  }

  /// Allows unlinked pairs again and links them, if both are free (U2, U3).
  package func relink(
    _ targets: [LinkTarget], reason: String?, dryRun: Bool
  ) async throws -> MadeLinks {
    try await editor(dryRun).relink(targets, reason: reason, dryRun: dryRun)
  }

  /// Links directory users to tenant users, all or nothing (U4).
  ///
  /// - Throws: ``LinkEditError`` that names the holder where any is taken; nothing is changed then.
  package func link(
    _ pairs: [LinkPair], reason: String?, dryRun: Bool
  ) async throws -> MadeLinks {
    try await editor(dryRun).link(pairs, reason: reason, dryRun: dryRun)
  }

  private func editor(_ dryRun: Bool) async throws -> LinkEditor {
    LinkEditor(permit: permit, store: try await store(writable: !dryRun))
  }
}
