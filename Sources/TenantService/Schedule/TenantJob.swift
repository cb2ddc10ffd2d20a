package import Administration
package import TenantCore

/// One tenant as the schedule knows it: how often, and what a run is.
package struct TenantJob: Sendable {
  /// The time between two runs.
  package var interval: Duration
  /// Another number for each version of the tenant file.
  package var version: Int
  /// The latest complete run, of whatever process.
  package var lastCompleteRun: @Sendable () async throws -> RunRecord?
  /// Makes a run if one is due; `sign` is called whenever it gets on.
  package var refresh: @Sendable (_ sign: @escaping @Sendable (RunSign) -> Void) async -> RunResult

  /// Makes a job.
  package init(
    interval: Duration, version: Int,
    lastCompleteRun: @escaping @Sendable () async throws -> RunRecord?,
    refresh: @escaping @Sendable (_ sign: @escaping @Sendable (RunSign) -> Void) async -> RunResult
  ) {
    self.interval = interval
    self.version = version
    self.lastCompleteRun = lastCompleteRun
    self.refresh = refresh
  }
}

/// All tenants as their files were last read.
package struct Roster: Sendable {
  /// The tenants to keep fresh, by name.
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
  /// Reads all tenants anew; reports in the log what is wrong with them.
  func read() async -> Roster
}
