internal import Administration
internal import Authorization
internal import TenantCore

extension AuthorizedTenant {
  /// Begins to preview a run (S6).
  ///
  /// - Throws: if there is nothing to read (R6).
  func beginPreview() async throws {
    guard !tenant.directories.isEmpty else { throw RunError.noDirectory(tenant: tenant.name) }
    try await parts.previews.begin(session)
  }

  /// How far the preview is, or what it says; nil once a complete run or a change came between.
  func preview() async throws -> RunPreviews.Entry? {
    guard let entry = parts.previews.entry(of: tenant.name) else { return nil }
    guard !entry.isRunning else { return entry }
    let now = try await session.revision()
    // A run that was refused or failed has changed nothing.
    let isCurrent = (now.snapshot, now.change) == (entry.revision.snapshot, entry.revision.change)
    return isCurrent ? entry : nil
  }

  /// The same as an answer.
  func previewAnswer() async throws -> RunPreviewAnswer {
    let entry = try await preview()
    return RunPreviewAnswer(
      running: entry?.isRunning ?? false, phase: entry?.phase, count: entry?.count ?? 0,
      message: entry?.failure?.message, preview: entry?.preview)
  }
}
