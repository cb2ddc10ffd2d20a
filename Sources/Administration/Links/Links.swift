internal import TenantCore

extension TenantSession {
  /// Unlinks directory users, or tenant users whose directory user is gone, all or nothing (U1 to U3).
  package func unlink(
    _ targets: [LinkTarget], reason: String?, dryRun: Bool
  ) async throws -> LinkChanges {
    try await change(targets.map { LinkWish(.unlink, $0, reason: reason) }, dryRun: dryRun)
  }

  /// Allows unlinked pairs again and links them, if both are free (U2, U3).
  package func relink(
    _ targets: [LinkTarget], reason: String?, dryRun: Bool
  ) async throws -> LinkChanges {
    try await change(targets.map { LinkWish(.relink, $0, reason: reason) }, dryRun: dryRun)
  }

  /// Links directory users to tenant users; replaces links whose directory users are deleted (U4).
  ///
  /// - Parameter pairs: directory users that have rows.
  package func link(
    _ pairs: [LinkPair], reason: String?, dryRun: Bool
  ) async throws -> LinkChanges {
    try await change(
      pairs.map { LinkWish(.link, $0.target, userName: $0.userName, reason: reason) },
      dryRun: dryRun)
  }

  /// Does all of a request, or nothing of it.
  ///
  /// - Throws: ``LinkEditError`` if any is not there, not free, or does not go with another.
  package func change(_ wishes: [LinkWish], dryRun: Bool) async throws -> LinkChanges {
    try await LinkEditor(permit: permit, store: try await store(writable: !dryRun))
      .change(wishes, dryRun: dryRun)
  }
}
