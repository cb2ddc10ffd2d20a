internal import Authorization
package import Reconciliation
package import TenantCore
internal import TenantStore

/// How an attempt to refresh a tenant's snapshot ended.
package enum RunEnd: Sendable {
  /// A run was made.
  case complete(RunRecord)
  /// Somebody else made a run so lately that none is due.
  case notDue(since: RunRecord)
  /// A limit refused it (T3).
  case refusedByLimit(FailedRun)
  /// Another process runs (T1).
  case alreadyRunning(FailedRun)
  /// A directory was not read to its end (T2).
  case incomplete(FailedRun)
  /// Something else stopped it.
  case failed(FailedRun)
  /// It was cancelled.
  case abandoned
}

/// What is to be said of a run that did not complete.
package struct FailedRun: Sendable, Equatable {
  /// Why it did not complete.
  package var message: String
  /// The run's number in the tenant's history; nil if it has none.
  package var run: Int64?

  /// Makes one.
  package init(message: String, run: Int64? = nil) {
    self.message = message
    self.run = run
  }
}

extension TenantSession {
  /// The latest complete run of the tenant, or nil.
  package func lastCompleteRun() async throws -> RunRecord? {
    let store = try await OwnThread.run { try self.store(writable: false) }
    return try await store.lastCompleteRun()
  }

  /// Makes a run, unless the latest complete one is younger than the tenant's interval.
  ///
  /// - Parameters:
  ///   - now: the time on the clock that dates runs.
  ///   - progress: is told how far it is; to cancel it once it writes would throw finished work away.
  package func refresh(
    at now: Timestamp, progress: @escaping @Sendable (RunProgress) -> Void
  ) async -> RunEnd {
    do {
      let store = try await OwnThread.run { try self.store(writable: true) }
      if let last = try await store.lastCompleteRun(), !isDue(after: last, at: now) {
        return .notDue(since: last)
      }
      return .complete(try await run(store, allowLargeChange: false, progress))
    } catch {
      return await end(of: error, since: now)
    }
  }

  /// Makes a run at once, because somebody asked for it.
  ///
  /// - Parameters:
  ///   - now: the time on the clock that dates runs.
  ///   - progress: is told how far it is.
  package func run(
    at now: Timestamp, allowLargeChange: Bool, progress: @escaping @Sendable (RunProgress) -> Void
  ) async -> RunEnd {
    do {
      let store = try await OwnThread.run { try self.store(writable: true) }
      return .complete(try await run(store, allowLargeChange: allowLargeChange, progress))
    } catch {
      return await end(of: error, since: now)
    }
  }

  private func run(
    _ store: any TenantStoring, allowLargeChange: Bool,
    _ progress: @escaping @Sendable (RunProgress) -> Void
  ) async throws -> RunRecord {
    try await withPlugins {
      try await reconciler(store, progress: progress).sync(allowLargeChange: allowLargeChange).run
    }
  }

  /// A run that was dated in the future, before the clock was set back, says nothing.
  private func isDue(after last: RunRecord, at now: Timestamp) -> Bool {
    guard let completed = Timestamp(last.completedAt) else { return true }
    let age = now.secondsSince1970 - completed.secondsSince1970
    return age < 0 || .seconds(age) >= tenant.synchronization.interval
  }

  private func end(of error: any Error, since start: Timestamp) async -> RunEnd {
    if error is CancellationError || Task.isCancelled { return .abandoned }
    if let error = error as? StoreError, error.code == .alreadyRunning {
      return .alreadyRunning(FailedRun(message: error.message))
    }
    let failed = FailedRun(message: "\(error)", run: await recordedRun(since: start))
    switch error {
    case RunError.refused: return .refusedByLimit(failed)
    case let error as any DirectoryReadFailure where error.isIncomplete: return .incomplete(failed)
    default: return .failed(failed)
    }
  }

  /// The number under which the run that has just failed was recorded.
  private func recordedRun(since start: Timestamp) async -> Int64? {
    guard let store = try? await OwnThread.run({ try self.store(writable: false) }),
      let last = try? await store.runs(limit: 1).first, last.outcome != .complete,
      let started = Timestamp(last.startedAt), started >= start
    else { return nil }
    return last.id
  }
}
