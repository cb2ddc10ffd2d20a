package import TenantCore

extension TenantSession {
  /// Why a directory user is or is not matched, as lines of text (R7).
  ///
  /// - Parameters:
  ///   - login: as somebody types it.
  ///   - naming: how a remedy is called where this is read; nil for none.
  package func explanation(
    login: String, naming: @escaping @Sendable (Remedy) -> String?
  ) async throws -> [String] {
    try await withPlugins { try await explainer(naming).explain(login: login) }
  }

  /// The explanation of one row.
  package func explanation(
    of key: RowKey, naming: @escaping @Sendable (Remedy) -> String? = { _ in nil }
  ) async throws -> [String] {
    try await withPlugins { try await explainer(naming).explain(key) }
  }

  private func explainer(
    _ naming: @escaping @Sendable (Remedy) -> String?
  ) async throws -> Explainer {
    Explainer(
      permit: permit, store: try await store(writable: false), matcher: try await matcher(),
      naming: naming)
  }
}
