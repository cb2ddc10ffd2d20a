internal import Authorization
internal import GRDB
internal import TenantCore

/// What a run writes.
extension TenantStore {
  func ambiguities() async throws -> [ObjectGUID: Reason] {
    try await read { database in
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
  }

  func lastCompleteRun() async throws -> RunRecord? {
    try await read { try RunRow.lastComplete($0) }
  }

  func apply(_ plan: Plan, run: RunRecord) async throws -> RunRecord {
    try await write { database in
      let run = try RunRow.insert(run, database)
      try PlanWriter(plan, run: run, tenant: tenant, partitions: partitions, database).write()
      return run
    }
  }

  func record(_ run: RunRecord) async throws -> RunRecord {
    try await write { try RunRow.insert(run, $0) }
  }
}
