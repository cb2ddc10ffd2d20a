internal import Administration
internal import HTTPTypes
internal import Authorization
internal import PluginContract
internal import TenantCore
internal import Wiring

/// One tenant, for an actor with a permit: all that the pages show and the API answers. The two
/// are faces of it and decide nothing themselves.
struct TenantAdministration: Sendable {
  /// What the permission check gave.
  let session: TenantSession
  /// What all requests share.
  let parts: ServiceParts

  /// The tenant.
  var tenant: Tenant { session.tenant }
  /// Who acts.
  var actor: Actor { session.permit.actor }

  /// Opens the store.
  func store(writable: Bool = false) async throws -> any TenantStoring {
    try await session.store(writable: writable)
  }

  // MARK: - Runs

  /// Begins a run (T1).
  ///
  /// - Throws: ``WebFailure`` if one is under way, or there is nothing to read (R6).
  func sync(allowLargeChange: Bool) async throws {
    let name = tenant.name
    guard !tenant.directories.isEmpty else { throw RunError.noDirectory(tenant: name) }
    let (session, parts) = (session, parts)
    let hasBegun = await parts.scheduler.run(name) { sign in
      parts.progress.begin(name)
      let result = await session.sync(allowLargeChange: allowLargeChange) {
        parts.progress.note($0, of: name)
        sign(RunSign($0))
      }
      parts.progress.note(result, of: name)
      return result
    }
    guard hasBegun else {
      throw WebFailure(
        .conflict, "a run of this tenant is under way; wait until it is done", kind: "incomplete")
    }
  }

  /// How far a run is, or how the latest one that was asked for ended.
  func progress() async -> RunProgressAnswer {
    let isRunning = await isRunning()
    let entry = parts.progress.entry(of: tenant.name)
    return RunProgressAnswer(
      running: isRunning, phase: isRunning ? entry.phase : nil,
      count: isRunning ? entry.count : 0, run: try? await store().revision().run,
      message: isRunning ? nil : entry.failure?.message)
  }

  /// True while this process runs the tenant.
  func isRunning() async -> Bool {
    await parts.scheduler.report(of: tenant.name)?.isRunning ?? false
  }

  // MARK: - Links

  /// Unlinks, all or nothing (U1 to U3).
  func unlink(_ targets: [LinkTarget], reason: String?, dryRun: Bool) async throws -> [String] {
    try await session.unlink(targets, reason: reason, dryRun: dryRun)
  }

  /// Allows unlinked pairs again and links them (U2, U3).
  func allowAgain(_ targets: [LinkTarget], reason: String?, dryRun: Bool) async throws -> [String] {
    try await session.relink(targets, reason: reason, dryRun: dryRun)
  }

  /// Links one pair (U4).
  func link(
    _ row: RowKey, to userName: String, reason: String?, dryRun: Bool
  ) async throws -> [String] {
    try await session.link(.row(row), to: userName, reason: reason, dryRun: dryRun)
  }

  // MARK: - Single things

  /// The changes of a row's directory user, the latest first.
  func changes(
    of entry: SnapshotEntry, _ store: any TenantStoring, limit: Int
  ) async throws -> [ChangeRecord] {
    guard let guid = entry.guid else { return [] }
    return try await parts.tables.changes(
      of: .directoryUser(guid), in: tenant, store, limit: limit)
  }

  /// The changes of a tenant user, the latest first.
  func changes(
    of user: UserDetail, _ store: any TenantStoring, limit: Int
  ) async throws -> [ChangeRecord] {
    try await parts.tables.changes(
      of: .user(CanonicalText.of(user.userName)), in: tenant, store, limit: limit)
  }

  /// Changes a user, with the audit (S2).
  func edit(_ userName: String, _ edit: UserEdit) async throws {
    try await session.edit(userName, edit, at: parts.clock.date())
  }

  /// The long explanation of a row (R7).
  func explanation(
    of key: RowKey, naming: @escaping @Sendable (Remedy) -> String? = { _ in nil }
  ) async throws -> [String] {
    try await session.explanation(of: key, naming: naming)
  }

  /// Tries every step to a directory.
  ///
  /// - Parameter domain: its NetBIOS name.
  func testConnection(_ domain: String) async throws -> [ConnectionStep] {
    guard let index = tenant.directories.firstIndex(where: { $0.domain == domain }) else {
      throw WebFailure.notFound
    }
    let session = session
    let steps = await withTaskGroup(of: [ConnectionStep]?.self) { group in
      group.addTask { await session.testConnection(of: index) }
      group.addTask {
        try? await Task.sleep(for: Self.longestTest)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    guard let steps else {
      throw WebFailure(
        .badGateway, "the test did not end within \(Self.longestTest)",
        kind: "directory-unavailable")
    }
    return steps
  }

  /// How long a test of a directory may take: it counts the users of each organizational unit.
  private static let longestTest = Duration.seconds(120)
}
