internal import Authorization
internal import GRDB
internal import TenantCore

/// What a run writes.
extension TenantStore {
  func ambiguities() async throws -> [ObjectGUID: Reason] {
    try await read { database in
      let columns = ReasonColumns.names.joined(separator: ", ")
      let statement = try RawStatement(
        database,
        """
        SELECT row_id, \(columns) FROM snapshot WHERE state = '\(RowState.ambiguous.rawValue)'
        """)
      var reasons: [ObjectGUID: Reason] = [:]
      var row = RowImage()
      try statement.forEachRow {
        statement.read(into: &row)
        if let guid = row.guid(0) { reasons[guid] = try ReasonColumns.reason(in: row, from: 1) }
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
      try PlanWriter(plan, run: run, tenant: tenant, database).write()
      return run
    }
  }

  func record(_ run: RunRecord) async throws -> RunRecord {
    try await write { try RunRow.insert(run, $0) }
  }
}
