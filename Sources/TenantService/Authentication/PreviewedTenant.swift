internal import Administration
internal import Authorization
internal import TenantCore

extension AuthorizedTenant {
  /// Begins to preview a run (S6).
  ///
  /// - Throws: if there is nothing to read (R6).
  func beginPreview() async throws {
    guard !tenant.directories.isEmpty else { throw RunError.noDirectory(tenant: tenant.name) }
    try await parts.previews.begin(session, on: try await previewBasis())
  }

  private func previewBasis() async throws -> RunPreviews.Basis {
    RunPreviews.Basis(
      tenant: tenant, revision: try await revision(), moment: parts.clock.date())
  }

  /// How far the preview is, or what it says; nil once a run might be otherwise.
  func preview() async throws -> RunPreviews.Entry? {
    let now = try await previewBasis()
    guard let entry = try await parts.previews.entry(of: session, on: now) else { return nil }
    return entry.isRunning || entry.basis.holds(now) ? entry : nil
  }

  /// The same as an answer.
  func previewAnswer() async throws -> RunPreviewAnswer {
    let entry = try await preview()
    return RunPreviewAnswer(
      running: entry?.isRunning ?? false, phase: entry?.phase, count: entry?.count ?? 0,
      message: entry?.failure?.message, preview: entry?.preview)
  }
}
