internal import Administration
internal import HTTPTypes
internal import Logging
internal import Synchronization
internal import TenantCore

/// Previews of runs that somebody asked for: how far they are, and what they say until the next run.
final class RunPreviews: Sendable {
  /// What is known of a tenant.
  struct Entry: Sendable {
    /// What is being done; nil if nothing is.
    var phase: String?
    /// How much of it; 0 if there is nothing to count.
    var count = 0
    /// Why the latest one could not be made.
    var failure: Failure?
    var preview: RunPreview?
    /// What a run depended on when it was begun: afterwards it says nothing.
    var basis: Basis

    var isRunning: Bool { phase != nil }
  }

  /// What a run depends on that this process can see, and when it was looked at.
  struct Basis: Sendable {
    /// A preview says nothing of a directory of long ago.
    private static let longest: Int64 = 15 * 60

    var tenant: Tenant
    var revision: TableRevision
    var moment: Timestamp

    /// True if a run now depends on the same: the tenant file, the users file, links and snapshot. A run that was refused
    /// or failed has changed nothing.
    func holds(_ now: Basis) -> Bool {
      let (old, new) = (revision, now.revision)
      return tenant == now.tenant && old.usersFile == new.usersFile
        && (old.store.snapshot, old.store.change) == (new.store.snapshot, new.store.change)
        && now.moment.secondsSince1970 - moment.secondsSince1970 <= Self.longest
    }
  }

  /// Of each list, so many are named.
  static let most = 200
  /// The most tenants whose previews are kept.
  private static let mostKept = 64
  /// How often other hosts are told how far a preview is.
  private static let telling = Duration.seconds(2)

  private let entries = Mutex<(byTenant: [String: Entry], order: [String])>(([:], []))
  private let shared: (any PreviewKeeping)?
  /// What tells this process from others.
  private let maker: String
  private let logger: Logger
  /// Each holds all of a tenant.
  private let limit = ConcurrencyLimit(
    running: 1, queued: 16,
    rejection: WebFailure(
      .serviceUnavailable, "too many previews are being made; try again in a moment"))

  /// - Parameter shared: where other hosts look; nil if there are none.
  init(shared: (any PreviewKeeping)? = nil, logger: Logger) {
    self.shared = shared
    self.logger = logger
    var generator = SystemRandomNumberGenerator()
    maker = String(UInt64.random(in: .min ... .max, using: &generator))
  }

  /// What is known of a tenant's preview, wherever it is made.
  ///
  /// - Parameter now: what a run depends on now. A users file is a host's own: whether it is still the same, only the
  ///   host that made the preview can say.
  func entry(of session: TenantSession, on now: Basis) async throws -> Entry? {
    let tenant = session.tenant.name
    if let kept = try await shared?.preview(of: tenant), kept.maker != maker {
      guard let preview = SharedPreview(content: kept.content) else { return nil }
      return preview.entry(at: now, tenantFile: session.tenantFileMark)
    }
    return entries.withLock { $0.byTenant[tenant] }
  }

  /// Begins to make a preview; whoever asks while one is made gets that one.
  func begin(_ session: TenantSession, on basis: Basis) async throws {
    let tenant = session.tenant.name
    let mark = session.tenantFileMark
    if entries.withLock({ $0.byTenant[tenant]?.isRunning }) == true { return }
    let first = Entry(phase: "starting", basis: basis)
    if let shared {
      let content = SharedPreview(first, tenantFile: mark).content
      guard try await shared.begin(content, of: tenant, maker: maker) else { return }
    }
    guard enter(tenant, first) else { return }
    // No child of the request, which does not wait for it.
    Task {
      let telling = Task { await tell(tenant, mark) }
      await make(session)
      telling.cancel()
      await telling.value
      await share(tenant, mark)
    }
  }

  private func make(_ session: TenantSession) async {
    let tenant = session.tenant.name
    do {
      let preview = try await limit.run {
        try await Self.inTime {
          try await session.runPreview(most: Self.most) { self.note($0, of: tenant) }.preview
        }
      }
      update(tenant) {
        $0.phase = nil
        $0.preview = preview
      }
    } catch {
      update(tenant) {
        $0.phase = nil
        $0.failure = Failure(error)
      }
    }
  }

  /// Ends the work once it has taken as long as a run may read.
  private static func inTime(
    _ work: @escaping @Sendable () async throws -> RunPreview
  ) async throws -> RunPreview {
    try await withThrowingTaskGroup(of: RunPreview?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: RunInProgress.longest)
        return nil
      }
      defer { group.cancelAll() }
      guard let preview = try await group.next() ?? nil else {
        throw Failure(
          .directoryUnavailable, "the preview was abandoned after \(RunInProgress.longest)")
      }
      return preview
    }
  }

  // MARK: - Other hosts

  /// Tells other hosts how far a preview is, until the task is cancelled.
  private func tell(_ tenant: String, _ mark: String) async {
    guard shared != nil else { return }
    while (try? await Task.sleep(for: Self.telling)) != nil { await share(tenant, mark) }
  }

  private func share(_ tenant: String, _ mark: String) async {
    guard let shared, let entry = entries.withLock({ $0.byTenant[tenant] }) else { return }
    do {
      try await shared.keep(
        SharedPreview(entry, tenantFile: mark).content, isRunning: entry.isRunning, of: tenant,
        maker: maker)
    } catch {
      logger.warning(
        "other hosts are not told of a preview: \(error)", metadata: ["tenant": "\(tenant)"])
    }
  }

  // MARK: - This process

  /// - Returns: false if one is being made.
  private func enter(_ tenant: String, _ entry: Entry) -> Bool {
    entries.withLock { entries in
      guard entries.byTenant[tenant]?.isRunning != true else { return false }
      entries.byTenant[tenant] = entry
      entries.order.removeAll { $0 == tenant }
      entries.order.append(tenant)
      while entries.order.count > Self.mostKept,
        let oldest = entries.order.first(where: { entries.byTenant[$0]?.isRunning != true })
      {
        entries.order.removeAll { $0 == oldest }
        entries.byTenant[oldest] = nil
      }
      return true
    }
  }

  private func note(_ progress: RunProgress, of tenant: String) {
    update(tenant) {
      $0.phase = progress.phase
      $0.count = progress.count
    }
  }

  private func update(_ tenant: String, _ change: (inout Entry) -> Void) {
    entries.withLock { entries in
      guard var entry = entries.byTenant[tenant] else { return }
      change(&entry)
      entries.byTenant[tenant] = entry
    }
  }
}
