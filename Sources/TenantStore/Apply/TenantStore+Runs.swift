internal import Administration
internal import Authorization
internal import TenantCore

/// What a run writes.
extension TenantStore {
  func ambiguities() async throws -> [ObjectGUID: Reason] {
    try await read { try Self.ambiguities($0) }
  }

  private static func ambiguities(_ database: StoreDatabase) throws -> [ObjectGUID: Reason] {
    var reasons: [ObjectGUID: Reason] = [:]
    let reader = try SnapshotReader(database, [.anchors, .codes, .rest])
    try reader.forEachSegment { batch, rows in
      for row in rows where batch.state(of: row) == .ambiguous {
        guard let guid = batch.guid(of: row) else { continue }
        reasons[guid] = try batch.rest.reason(of: row)?.reason()
      }
    }
    return reasons
  }

  func runBasis(
    didReadUsers: @escaping @Sendable (TenantUsers) -> Void
  ) async throws -> RunBasis {
    try await read { database in
      try database.prefetch([
        Self.names, Self.releases(where: Self.all), RunRow.lastComplete,
      ])
      let users = try self.allUsers(database)
      didReadUsers(users)
      return RunBasis(
        users: users, links: try Self.linkTable(database),
        releases: try Self.releases(database, where: Self.all),
        ambiguities: self.tenant.users == .store ? [:] : try Self.ambiguities(database),
        lastRun: try RunRow.lastComplete(database))
    }
  }

  func runner() async throws -> String? { try await engine.runner() }

  func takeTurn(at now: Timestamp, file: UsedTenantFile) async throws -> Turn {
    let interval = tenant.synchronization.interval
    let turn = try await engine.takeTurn(TurnRequest(file: file, interval: interval))
    return if let turn { turn } else { try await takeTurnAlone(at: now, interval: interval) }
  }

  func turnTimes(file: UsedTenantFile) async throws -> TurnTimes? {
    try await engine.turnTimes(
      TurnRequest(file: file, interval: tenant.synchronization.interval))
  }

  func noteTold(_ trouble: String?) async throws -> Bool? {
    try await engine.noteTold(trouble)
  }

  func lastCompleteRun() async throws -> RunRecord? {
    try await read { try RunRow.lastComplete($0) }
  }

  func apply(_ plan: Plan, run: RunRecord) async throws -> AppliedRun {
    let standing = ReviewStanding.firstRound(of: plan)
    return try await engine.writeAtEnd { [tenant, partitions] database in
      try database.prefetch(PlanWriter.questions)
      let last = try RunRow.lastComplete(database)
      let run = try RunRow.insert(run, database)
      try PlanWriter(
        plan, run: run, after: last, tenant: tenant, partitions: partitions, database
      ).write()
      try self.noteTurn(run, database)
      let isStandingKept = try Self.keep(firstRound: standing, database)
      return AppliedRun(run: run, isStandingKept: isStandingKept)
    }
  }

  func record(_ run: RunRecord) async throws -> RunRecord {
    try await write { database in
      try self.noteTurn(run, database)
      return try RunRow.insert(run, database)
    }
  }

  private func noteTurn(_ run: RunRecord, _ database: StoreDatabase) throws {
    guard database.isPostgres else { return }
    try TurnRow.note(run, interval: tenant.synchronization.interval, database)
  }
}
