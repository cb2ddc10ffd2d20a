internal import Authorization
internal import GRDB
internal import TenantCore

/// What a run writes.
extension TenantStore {
  func lastCompleteRun() async throws -> RunRecord? {
    try await read { try RunRow.lastComplete($0) }
  }

  func apply(_ plan: Plan, run: RunRecord) async throws -> RunRecord {
    try await write { database in
      let run = try RunRow.insert(run, database)
      try PlanWriter(plan, run: run, directories: tenant.directories, database).write()
      return run
    }
  }

  func record(_ run: RunRecord) async throws -> RunRecord {
    try await write { try RunRow.insert(run, $0) }
  }
}
