internal import Administration
internal import HTTPTypes
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

  private let entries = Mutex<(byTenant: [String: Entry], order: [String])>(([:], []))
  /// Each holds all of a tenant.
  private let limit = ConcurrencyLimit(
    running: 1, queued: 16,
    rejection: WebFailure(
      .serviceUnavailable, "too many previews are being made; try again in a moment"))

  func entry(of tenant: String) -> Entry? { entries.withLock { $0.byTenant[tenant] } }

  /// Begins to make a preview; whoever asks while one is made gets that one.
  func begin(_ session: TenantSession, on basis: Basis) {
    let tenant = session.tenant.name
    guard enter(tenant, basis) else { return }
    let limit = limit
    // No child of the request, which does not wait for it.
    Task {
      do {
        let preview = try await limit.run {
          try await Self.inTime {
            try await session.runPreview(most: Self.most) { self.note($0, of: tenant) }.preview
          }
        }
        self.update(tenant) {
          $0.phase = nil
          $0.preview = preview
        }
      } catch {
        self.update(tenant) {
          $0.phase = nil
          $0.failure = Failure(error)
        }
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

  /// - Returns: false if one is being made.
  private func enter(_ tenant: String, _ basis: Basis) -> Bool {
    entries.withLock { entries in
      guard entries.byTenant[tenant]?.isRunning != true else { return false }
      entries.byTenant[tenant] = Entry(phase: "starting", basis: basis)
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
