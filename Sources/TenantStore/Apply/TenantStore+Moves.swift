internal import Authorization
internal import GRDB
internal import TenantCore

/// Linked directory users that lie in another place than when they were last seen.
extension TenantStore {
  func movedRows(in plan: Plan) async throws -> [Int] {
    try await read { database in
      let source = try PlanSource(plan, directories: tenant.directories)
      let statement = try RawStatement(
        database, "SELECT row_id, distinguished_name FROM snapshot WHERE user_id IS NOT NULL")
      guard try statement.step() else { return [] }
      let linked = plan.rows.indices.lazy.filter { plan.rows[$0].user >= 0 }
      let rows = Dictionary(
        linked.compactMap { row in source.anchor(of: plan.rows[row]).map { ($0, row) } },
        uniquingKeysWith: { first, _ in first })
      var (moved, stored) = ([Int](), RowImage())
      repeat {
        statement.read(into: &stored)
        guard let row = stored.guid(0).flatMap({ rows[$0] }) else { continue }
        let name = source.value(SnapshotColumns.distinguishedName, of: plan.rows[row]) ?? []
        let parents = [name, stored.slice(1) ?? []].map(DistinguishedName.parent)
        if parents[0] != parents[1] { moved.append(row) }
      } while try statement.step()
      return moved.sorted()
    }
  }
}
