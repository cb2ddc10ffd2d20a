internal import GRDB
internal import PluginContract
internal import TenantCore

/// Writes a plan: links, users, audit, snapshot, in this order, within one transaction (T4).
struct PlanWriter {
  private let source: PlanSource
  private let run: RunRecord
  private let database: Database
  private let userIDs: PlanUserIDs
  private let readsUsersFile: Bool
  private let partitions: Int

  private var plan: Plan { source.plan }

  /// Prepares to write; `run` has its number.
  ///
  /// - Parameter partitions: how many threads may pack rows at once.
  init(
    _ plan: Plan, run: RunRecord, tenant: Tenant, partitions: Int, _ database: Database
  ) throws {
    guard plan.newLinks.allSatisfy(plan.rows.indices.contains),
      plan.userChanges.indices.allSatisfy({ index in
        let (user, row) = plan.userChanges.place(at: index)
        return plan.rows.indices.contains(row) && 0..<plan.users.count ~= user
      })
    else { throw StoreError(.store, "the plan is not consistent; nothing was written") }
    source = try PlanSource(plan, directories: tenant.directories)
    readsUsersFile = tenant.users != .store
    self.partitions = partitions
    self.run = run
    self.database = database
    userIDs = try PlanUserIDs(plan, database)
  }

  func write() throws {
    try writeLinks()
    try writeUsers()
    try writeReleases()
    try writeChanges()
    try SnapshotMerge(source, userIDs: userIDs, partitions: partitions).apply(database)
    try UnclaimedMerge(plan).apply(database)
    try database.execute(sql: "DELETE FROM adjustments")
  }

  private func writeLinks() throws {
    var writer = try LinkWriter(database)
    // In the order of the users, so that their rows and the index of users are met in order.
    for row in plan.newLinks.map({ plan.rows[$0] }).sorted(by: { $0.user < $1.user }) {
      guard let guid = source.anchor(of: row), let userID = userIDs[Int(row.user)] else {
        throw StoreError(.store, "the plan links a row without a GUID or a user")
      }
      try writer.add(
        guid: guid, userID: userID, run: run.id, domain: source.domain(of: row),
        login: source.login(of: row), reason: plan.reason(of: row))
    }
  }

  private func writeUsers() throws {
    var writer = UserWriter(database)
    for change in plan.userChanges {
      guard let id = userIDs[change.user] else { continue }
      let fields = change.fields + (copiedLogin(for: change).map { [$0] } ?? [])
      try writer.update(id, fields, locksLogin: change.locksLogin)
    }
  }

  /// A locked login is the store's (S2): where the users file's own one stays, it is copied.
  private func copiedLogin(for change: UserChange) -> FieldChange? {
    guard readsUsersFile, change.locksLogin, change.windowsLogin == nil else { return nil }
    return FieldChange(
      .windowsLogin, old: nil, new: plan.users.text(.windowsLogin, of: change.user))
  }

  /// What became of the holds of unlinked users (U2).
  private func writeReleases() throws {
    for release in plan.changedReleases {
      try database.execute(
        sql: "UPDATE releases SET held_values = ? WHERE guid = ? AND user_id = ?",
        arguments: [
          HoldColumn.text(of: release.hold), HandEditWriter.blob(release.guid), release.userID,
        ])
    }
  }

  /// One row a user: what linked it, with the fields, or what updated it (T5).
  private func writeChanges() throws {
    var writer = try ChangeWriter(database)
    var changeOfUser = [Int32](repeating: -1, count: plan.users.count)
    for index in plan.userChanges.indices {
      changeOfUser[plan.userChanges.place(at: index).user] = Int32(index)
    }
    for index in plan.newLinks {
      let row = plan.rows[index]
      let change = Int(changeOfUser[Int(row.user)])
      if change >= 0 { changeOfUser[Int(row.user)] = -1 }
      try writer.append(
        record(.linked, row: row, user: Int(row.user), change >= 0 ? plan.userChanges[change] : nil)
      )
    }
    for index in plan.userChanges.indices {
      let (user, row) = plan.userChanges.place(at: index)
      guard changeOfUser[user] >= 0 else { continue }
      try writer.append(
        record(.updated, row: plan.rows[row], user: user, plan.userChanges[index]))
    }
  }

  private func record(
    _ kind: ChangeRecord.Kind, row: PlannedRow, user: Int, _ change: UserChange?
  ) -> ChangeRecord {
    ChangeRecord(
      kind: kind, run: run.id, at: run.completedAt, actor: run.actor,
      userName: plan.users.userName(of: user), guid: source.anchor(of: row),
      domain: source.domain(of: row),
      login: String(decoding: source.login(of: row), as: UTF8.self),
      fields: change?.fields ?? [])
  }
}
