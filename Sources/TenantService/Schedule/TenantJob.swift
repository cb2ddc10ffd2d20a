package import Administration
package import TenantCore

/// One tenant as the schedule knows it: how often, and what a run is.
package struct TenantJob: Sendable {
  /// The time between two runs.
  package var interval: Duration
  /// Another number for each version of the tenant file.
  package var version: Int
  /// The latest runs, of whatever process.
  package var lastRuns: @Sendable () async throws -> LastRuns
  /// Makes a run if one is due; `sign` is called whenever it gets on.
  package var refresh: @Sendable (_ sign: @escaping @Sendable (RunSign) -> Void) async -> RunResult
  /// Asks whether somebody is to be told of trouble, or if it is nil that all of it is over, or another host has done so; nil
  /// if hosts share no tenants.
  package var noteTold: (@Sendable (_ trouble: String?) async throws -> Bool?)?

  /// Makes a job.
  package init(
    interval: Duration, version: Int,
    lastRuns: @escaping @Sendable () async throws -> LastRuns,
    refresh:
      @escaping @Sendable (_ sign: @escaping @Sendable (RunSign) -> Void) async ->
      RunResult,
    noteTold: (@Sendable (_ trouble: String?) async throws -> Bool?)? = nil
  ) {
    self.interval = interval
    self.version = version
    self.lastRuns = lastRuns
    self.refresh = refresh
    self.noteTold = noteTold
  }
}

/// A tenant's latest runs, of whatever process.
package struct LastRuns: Sendable {
  /// The latest that was complete; nil if there was none.
  package var complete: RunRecord?
  /// The latest, complete or not; nil if there was none.
  package var latest: RunRecord?
  /// When the next one is due; nil if no other host can run the tenant.
  package var times: TurnTimes?

  /// Makes a value.
  package init(
    complete: RunRecord? = nil, latest: RunRecord? = nil, times: TurnTimes? = nil
  ) {
    self.complete = complete
    self.latest = latest
    self.times = times
  }
}

/// All tenants as their files were last read.
package struct Roster: Sendable {
  /// The tenants to run, by name.
  package var jobs: [String: TenantJob] = [:]
  /// The tenants whose files are broken; those that were right before are among ``jobs`` too.
  package var broken: Set<String> = []
  /// True if not even the folder could be read.
  package var isFolderBroken = false

  /// Makes an empty roster.
  package init() {}
}

/// Where the tenants come from.
package protocol TenantSource: Sendable {
  /// Reads all tenants again; reports in the log what is wrong with them.
  func read() async -> Roster
}
