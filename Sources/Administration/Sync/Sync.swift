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
      switch try await store.takeTurn(at: now, file: usedFile) {
      case .notDue(let last, let times):
        return .notDue(since: last, times: times)
      case .taken(let failure, let left):
        return .stopped(by: failure, times: TurnTimes(wait: left, failures: 0))
      case .due(let lock, let times):
        var result = await run(store, under: lock, allowLargeChange: false, progress)
        result.times = times
        // A run that did not even begin holds it still.
        await lock.release()
        return result
      }
    } catch {
      return stopped(by: error)
    }
  }

  /// When a run is due; nil if no other host can run the tenant.
  package func turnTimes() async throws -> TurnTimes? {
    try await storeForReading().turnTimes(file: usedFile)
  }

  /// Notes that somebody is about to be told of trouble, or if it is nil that all of it is over.
  ///
  /// - Returns: false if another host has told that already; nil if no other host can.
  package func noteTold(_ trouble: String?) async throws -> Bool? {
    try await store(writable: true).noteTold(trouble)
  }

  /// Who runs the tenant at another host now, in a few words; nil if nobody does.
  package func runner() async throws -> String? { try await storeForReading().runner() }

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
      partitions: Partitions(ProcessInfo.processInfo.activeProcessorCount),
      fileDigest: usedFile.digest, progress: progress)
  }

  private func run(
    _ store: any TenantStoring, under lock: (any RunLock)? = nil, allowLargeChange: Bool,
    _ progress: (@Sendable (RunProgress) -> Void)?
  ) async -> RunResult {
    var number: Int64?
    do {
      let report = try await withPlugins {
        try await reconciler(store, progress: progress).sync(
          under: lock, allowLargeChange: allowLargeChange, didRecord: { number = $0 })
      }
      if !report.isStandingKept { await StandingCount(store: store).keep() }
      return .complete(report.run)
    } catch {
      return stopped(by: error, number: number)
    }
  }

  /// What a cancelled task runs into says nothing of the tenant.
  private func stopped(by error: any Error, number: Int64? = nil) -> RunResult {
    Task.isCancelled ? .abandoned : .stopped(by: error, number: number)
  }
}
