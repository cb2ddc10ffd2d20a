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
  ///
  /// - Returns: one sentence for each.
  package func relink(
    _ targets: [LinkTarget], reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await editor(dryRun).relink(targets, reason: reason, dryRun: dryRun)
  }

  /// Links one directory user to one tenant user (U4).
  ///
  /// - Returns: sentences on what was done.
  package func link(
    _ target: LinkTarget, to userName: String, reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await editor(dryRun).link(target, to: userName, reason: reason, dryRun: dryRun)
  }

  private func editor(_ dryRun: Bool) async throws -> LinkEditor {
    LinkEditor(permit: permit, store: try await store(writable: !dryRun))
  }
}
