package import Authorization
package import Logging
package import PluginContract
internal import Reconciliation
package import TenantCore

/// Strings the ports together: read, match, decide, store. One value for one tenant and actor.
package struct Reconciler: Sendable {
  let permit: Permit
  let directories: any DirectoryReading
  let store: any RunStoring & SnapshotStoring
  let matcher: any Matcher
  let logger: Logger
  /// As many as there are processors.
  let partitions: Partitions
  let progress: (@Sendable (RunProgress) -> Void)?
  /// The digest of the tenant file; nil if it is not known.
  let fileDigest: String?

  /// Makes a reconciler.
  package init(
    permit: Permit, directories: any DirectoryReading, store: any RunStoring & SnapshotStoring,
    matcher: any Matcher, logger: Logger, partitions: Partitions = Partitions(1),
    fileDigest: String? = nil, progress: (@Sendable (RunProgress) -> Void)? = nil
  ) {
    self.permit = permit
    self.directories = directories
    self.store = store
    self.matcher = matcher
    self.logger = logger
    self.partitions = partitions
    self.fileDigest = fileDigest
    self.progress = progress
  }

  /// Runs once: reads, decides, and writes everything in one transaction (T4).
  ///
  /// A run that is incomplete, refused or fails is recorded as such and its error thrown; the last
  /// snapshot stays (T2, T3).
  ///
  /// - Parameters:
  ///   - lock: the tenant's lock, if it is held already; it is given back.
  ///   - didRecord: is told the number of a run that did not complete.
  package func sync(
    under lock: (any RunLock)? = nil, allowLargeChange: Bool,
    didRecord: (Int64) -> Void = { _ in }
  ) async throws -> RunReport {
    let lock = if let lock { lock } else { try await store.lock() }
    return try await lock.whileHeld {
      try await run(allowLargeChange: allowLargeChange, didRecord: didRecord)
    }
  }

  private func run(
    allowLargeChange: Bool, didRecord: (Int64) -> Void
  ) async throws -> RunReport {
    let started = Timestamp.now()
    do {
      var draft = try await draft(at: started)
      guard draft.refusals.isEmpty || allowLargeChange else {
        throw RunError.refused(draft.refusals)
      }
      try Task.checkCancellation()
      progress?(RunProgress(phase: RunProgress.writing, count: draft.plan.rows.count))
      draft.run.completedAt = Timestamp.now()
      let applied = try await store.apply(draft.plan, run: draft.run)
      return RunReport(
        run: applied.run, plan: draft.plan, refusals: [], isStandingKept: applied.isStandingKept)
    } catch {
      // Whoever has the tenant's lock by now has the history, too.
      guard Failure(error).kind != .alreadyRunning else { throw error }
      if let number = await record(error, started: started) { didRecord(number) }
      throw error
    }
  }

  /// Does all that a run does, except writing (S6).
  package func preview() async throws -> RunReport {
    let draft = try await draft(at: Timestamp.now())
    return RunReport(run: draft.run, plan: draft.plan, refusals: draft.refusals)
  }

  /// Reads the directories now and gives what a run would store; stores nothing (R3).
  ///
  /// - Parameter parts: what is looked at beside the rows' states.
  package func liveSnapshot(_ parts: PlanParts = .all) async throws -> Snapshot {
    let draft = try await draft(at: Timestamp.now(), parts)
    let rows = PlanRows(
      plan: draft.plan, tenant: permit.tenant,
      linkReasons: parts.contains(.reasons) ? try await linkReasons(of: draft.plan) : [:])
    return Snapshot(
      run: draft.run, isLive: true, rows: rows, vanishedLinks: draft.plan.vanishedLinks,
      unclaimed: draft.plan.unclaimed.map { draft.plan.users.userName(of: $0) },
      lastFailure: nil)
  }

  /// The reasons of the rows that were linked before, from the time of linking.
  private func linkReasons(of plan: Plan) async throws -> [ObjectGUID: Reason] {
    try await store.linkReasons(
      of: plan.rows.filter { $0.reason == .kept }.compactMap {
        plan.directoryUsers[Int($0.batch)].anchors[Int($0.record)]
      })
  }

  private struct Draft {
    var plan: Plan
    var run: RunRecord
    var refusals: [LimitRefusal]
  }

  private func draft(at started: Timestamp, _ parts: PlanParts = .all) async throws -> Draft {
    guard !permit.tenant.directories.isEmpty else {
      throw RunError.noDirectory(tenant: permit.tenant.name)
    }
    var clock = PhaseClock()
    var reading = try await read(at: started)
    clock.lap("read")
    reading.input.presence = try await presence(reading.input)
    clock.lap("presence")
    progress?(RunProgress(phase: "matching", count: 0))
    var plan = try await Planner(matcher: matcher, parts: parts).plan(reading.input)
    plan.findings = reading.reports.flatMap(\.findings) + plan.findings
    clock.lap("match and decide")
    let counts = DomainCounts(plan, permit.tenant)
    let run = RunRecord(
      outcome: .complete, actor: permit.actor.userName, startedAt: started,
      completedAt: Timestamp.now(), phases: clock.phases, reads: reading.reports,
      counts: plan.counts, rowsByDomain: counts.rows, usableByDomain: counts.usable,
      userCount: plan.users.count, newLinks: plan.newLinks.count,
      updatedUsers: plan.userChanges.count, vanishedLinks: plan.vanishedLinks,
      findings: plan.findings, fileDigest: fileDigest)
    let refusals = LimitRefusal.all(
      of: plan, tenant: permit.tenant, last: reading.lastRun, linksBefore: reading.input.links.count
    )
    return Draft(plan: plan, run: run, refusals: refusals)
  }

  private func read(at started: Timestamp) async throws -> RunReading.Result {
    try await RunReading(
      permit: permit, directories: directories, store: store, matcher: matcher,
      partitions: partitions, progress: progress
    ).read(at: started)
  }

  /// Asks each directory for the linked users of its domain that were not read (S5).
  private func presence(_ input: PlannerInput) async throws -> [ObjectGUID: Presence] {
    guard !input.links.isEmpty else { return [:] }
    let unseen = (0..<input.links.count).filter {
      !input.anchors.contains(input.links.guid(of: $0), in: input.directoryUsers)
    }.map { input.links[$0] }
    let domains = permit.tenant.directories.map { CanonicalText.of($0.domain) }
    var presence: [ObjectGUID: Presence] = [:]
    for (domain, links) in Dictionary(grouping: unseen, by: { CanonicalText.of($0.domain) }) {
      guard let directory = domains.firstIndex(of: domain) else {
        // The domain is no longer configured: nothing says that its users are deleted.
        for link in links { presence[link.guid] = .outOfScope }
        continue
      }
      presence.merge(
        try await directories.presence(of: links.map(\.guid), in: directory, permit: permit)
      ) { $1 }
    }
    return presence
  }

  /// - Returns: the run's number; nil if it could not be recorded.
  private func record(_ error: any Error, started: Timestamp) async -> Int64? {
    let outcome: RunOutcome =
      switch Failure(error).kind {
      case .limitRefused: .refused
      case .incomplete: .incomplete
      default: .failed
      }
    let run = RunRecord(
      outcome: outcome, actor: permit.actor.userName, startedAt: started,
      completedAt: Timestamp.now(),
      message: error is CancellationError ? RunRecord.interrupted : "\(error)",
      fileDigest: fileDigest)
    // A cancelled task may not write; that the run was abandoned is to be recorded all the same.
    let recording = Task { [store] in try await store.record(run) }
    do {
      return try await recording.value.id
    } catch {
      logger.error("the failed run could not be recorded: \(error)")
      return nil
    }
  }
}

/// Takes the time of a run's parts.
private struct PhaseClock {
  private(set) var phases: [RunPhase] = []
  private var last = ContinuousClock.now

  mutating func lap(_ name: String) {
    let now = ContinuousClock.now
    phases.append(RunPhase(name, now - last))
    last = now
  }
}
