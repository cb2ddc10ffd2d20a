internal import Administration
internal import Authorization
internal import HTTPTypes
internal import PluginContract
internal import TenantCore

/// One tenant, for an actor with a permit: the use cases, and what all requests share. Pages and API
/// present it and decide nothing themselves.
struct AuthorizedTenant: Sendable {
  /// What the permission check gave.
  let session: TenantSession
  /// What all requests share.
  let parts: ServiceParts
  /// True if the request asks for the head of an answer only.
  var isHeadOnly = false

  /// The tenant.
  var tenant: Tenant { session.tenant }

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
    let report = await report()
    let entry = parts.progress.entry(of: tenant.name)
    let (isRunning, isHere) = (report?.isRunning ?? false, report?.runner == nil)
    return RunProgressAnswer(
      running: isRunning, phase: isRunning ? report?.runner ?? entry.phase : nil,
      count: isRunning && isHere ? entry.count : 0, run: try? await session.revision().run,
      message: isRunning ? nil : entry.failure?.message)
  }

  /// What the schedule knows of the tenant, which may run at another host (H8); nil if it is not kept fresh.
  func report() async -> TenantReport? {
    var report = await parts.scheduler.report(of: tenant.name)
    if report?.isRunning == false, let runner = try? await session.runner() {
      report?.isRunning = true
      report?.runner = runner
    }
    return report
  }

  // MARK: - Tables

  /// What the tables show now.
  func revision() async throws -> TableRevision { try await parts.tables.revision(session) }

  /// A page of the review (R1), with the head that belongs to it.
  ///
  /// - Parameter orLastPage: true to give the last page for one behind it.
  func review(
    _ query: ReviewQuery, orLastPage: Bool = false
  ) async throws -> ReviewListing {
    try await parts.tables.listing(
      query, of: session, at: parts.clock.date(), orLast: orLastPage)
  }

  /// Rows of the review behind one, whatever changes by hand meanwhile.
  func rows(_ query: ReviewQuery, after row: Int, limit: Int) async throws -> RowPart {
    try await parts.tables.rows(query, after: row, limit: limit, of: session)
  }

  /// A page of the application's users.
  func users(_ query: UsersQuery) async throws -> UsersListing {
    try await parts.tables.listing(query, of: session)
  }

  /// A page of the near misses; nil if there is no directory or no complete run yet.
  func nearMisses(_ query: NearMissQuery) async throws -> NearMissListing? {
    guard !tenant.directories.isEmpty else { return nil }
    return try await parts.tables.listing(query, of: session)
  }

  /// The changes of a row's directory user, the latest first.
  func changes(of entry: SnapshotEntry, limit: Int) async throws -> [ChangeRecord] {
    guard let guid = entry.guid else { return [] }
    return try await parts.tables.changes(of: .directoryUser(guid), in: session, limit: limit)
  }

  /// The changes of a tenant user, the latest first.
  func changes(of user: UserDetail, limit: Int) async throws -> [ChangeRecord] {
    let key = CanonicalText.of(user.userName)
    return try await parts.tables.changes(of: .user(key), in: session, limit: limit)
  }

  // MARK: - Others

  /// Changes a user, with the audit (S2), by the service's clock.
  func edit(_ userName: String, _ edit: UserEdit) async throws {
    try await session.edit(userName, edit, at: parts.clock.date())
  }

  /// Adds and updates users from a users file that was sent, by the service's clock.
  func importUsers(bytes: [UInt8], skipInvalid: Bool) async throws -> ImportReport {
    try await session.importUsers(
      bytes: bytes, named: "body", skipInvalid: skipInvalid, at: parts.clock.date())
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
