internal import Foundation
package import TenantCore

extension TenantSession {
  /// Makes a run at once, because somebody asked for it.
  ///
  /// - Parameter progress: is told how far it is; to cancel it once it writes would throw finished work away.
  package func sync(
    allowLargeChange: Bool = false, progress: (@Sendable (RunProgress) -> Void)? = nil
  ) async -> RunResult {
    do {
      return await run(
        try await store(writable: true), allowLargeChange: allowLargeChange, progress)
    } catch {
      return stopped(by: error)
    }
  }

  /// Makes a run, unless the latest complete one is younger than the tenant's interval.
  ///
  /// - Parameter now: the time on the clock that dates runs.
  package func refresh(
    at now: Timestamp, progress: @escaping @Sendable (RunProgress) -> Void
  ) async -> RunResult {
    do {
      let store = try await store(writable: true)
      if let last = try await store.lastCompleteRun(), !isDue(after: last, at: now) {
        return .notDue(since: last)
      }
      return await run(store, allowLargeChange: false, progress)
    } catch {
      return stopped(by: error)
    }
  }

  /// Does all that a run does, except writing (S6).
  package func preview(
    progress: (@Sendable (RunProgress) -> Void)? = nil
  ) async throws -> RunReport {
    let store = try await store(writable: false)
    return try await withPlugins {
      try await reconciler(store, progress: progress).preview()
    }
  }

  /// What runs and previews.
  package func reconciler(
    _ store: any TenantStoring, progress: (@Sendable (RunProgress) -> Void)? = nil
  ) async throws -> Reconciler {
    Reconciler(
      permit: permit, directories: ports.directories, store: store,
      matcher: try await matcher(), logger: logger,
      partitions: Partitions(ProcessInfo.processInfo.activeProcessorCount), progress: progress)
  }

  private func run(
    _ store: any TenantStoring, allowLargeChange: Bool,
    _ progress: (@Sendable (RunProgress) -> Void)?
  ) async -> RunResult {
    var number: Int64?
    do {
      let report = try await withPlugins {
        try await reconciler(store, progress: progress).sync(
          allowLargeChange: allowLargeChange, didRecord: { number = $0 })
      }
      await StandingCount(store: store).keep()
      return .complete(report.run)
    } catch {
      return stopped(by: error, number: number)
    }
  }

  /// What a cancelled task runs into says nothing of the tenant.
  private func stopped(by error: any Error, number: Int64? = nil) -> RunResult {
    Task.isCancelled ? .abandoned : .stopped(by: error, number: number)
  }

  /// A run that was dated in the future, before the clock was set back, says nothing.
  private func isDue(after last: RunRecord, at now: Timestamp) -> Bool {
    let age = now.secondsSince1970 - last.completedAt.secondsSince1970
    return age < 0 || .seconds(age) >= tenant.synchronization.interval
  }
}
