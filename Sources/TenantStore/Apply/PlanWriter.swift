internal import PluginContract
internal import TenantCore

/// Writes a plan: links, users, audit, snapshot, in this order, within one transaction (T4).
struct PlanWriter {
  private let source: PlanSource
  private let run: RunRecord
  private let last: RunRecord?
  private let database: StoreDatabase
  private let userIDs: PlanUserIDs
  private let readsUsersFile: Bool
  private let partitions: Int

  private var plan: Plan { source.plan }

  /// What is asked first, whatever the plan is.
  static let questions = [
    RunRow.lastComplete, PostgresTransaction.facts, LinkCodes.all, SnapshotIndex.all,
    UnclaimedMerge.stored, TenantStore.reviewed,
  ]

  /// Prepares to write; `run` has its number.
  ///
  /// - Parameters:
  ///   - last: the latest complete run before it, or nil.
  ///   - partitions: how many threads may pack rows at once.
  init(
    _ plan: Plan, run: RunRecord, after last: RunRecord?, tenant: Tenant, partitions: Int,
    _ database: StoreDatabase
  ) throws {
    guard
      plan.newLinks.allSatisfy({
        plan.rows.indices.contains($0) && 0..<plan.users.count ~= Int(plan.rows[$0].user)
      }),
      plan.userChanges.indices.allSatisfy({ index in
        let (user, row) = plan.userChanges.place(at: index)
        return plan.rows.indices.contains(row) && 0..<plan.users.count ~= user
      })
    else { throw StoreError(.store, "the plan is not consistent; nothing was written") }
    source = try PlanSource(plan, directories: tenant.directories)
    readsUsersFile = tenant.users != .store
    self.partitions = partitions
    self.run = run
    self.last = last
    self.database = database
    userIDs = try PlanUserIDs(plan, database)
  }

  func write() throws {
    // Where a snapshot is stored much of it is read in between.
    if last == nil { database.streamWrites() }
    var batches = try PlanBatchesWriter(
      source, userIDs: userIDs, run: run, isFirst: last == nil, partitions: partitions, database)
    defer { batches.close() }
    try writeLinks(beside: &batches)
    try writeUsers(beside: &batches)
    try writeReleases()
    var rowChanges = try batches.finish()
    if last != nil { database.streamWrites() }
    // Who is unclaimed may have a decision, too.
    if try UnclaimedMerge(plan).apply(database) { rowChanges.isOtherwise = true }
    try RowChangeWriter(database).write(rowChanges, of: run, after: last) { [source] in
      Set(plan.newLinks.compactMap { source.anchor(of: plan.rows[$0]) })
    }
    try database.execute("DELETE FROM adjustments")
  }

  private func writeLinks(beside batches: inout PlanBatchesWriter) throws {
    var sightings = try LinkSightings(database)
    try sightings.note(source)
    guard !plan.newLinks.isEmpty else { return }
    let isFirst =
      try !database.isPostgres && database.first("SELECT 1 FROM link_rows LIMIT 1") == nil
    if isFirst { try database.execute(LinkSchema.dropGUIDIndex) }
    var writer = try LinkWriter(database)
    var reasons = PlanLinkReasons(plan)
    // In the order of the users, so that their rows are met in order.
    for row in plan.newLinks.map({ plan.rows[$0] }).sorted(by: { $0.user < $1.user }) {
      guard let guid = source.anchor(of: row), let userID = userIDs[Int(row.user)] else {
        throw StoreError(.store, "the plan links a row without a GUID or a user")
      }
      try writer.add(
        LinkWriter.NewLink(
          guid: guid, userID: userID, run: run.id, domain: source.domain(of: row),
          login: source.login(of: row),
          distinguishedName: source.value(.distinguishedName, of: row)),
        because: reasons.reason(of: row))
      try batches.writeReady()
    }
    if isFirst { try database.execute(LinkSchema.makeGUIDIndex) }
  }

  private func writeUsers(beside batches: inout PlanBatchesWriter) throws {
    var writer = try UserWriter(database)
    var fields: [FieldBytes] = []
    // In the order of the ids, so that those who are updated at once lie beside each other.
    let users = plan.userChanges.indices.compactMap { index in
      userIDs[plan.userChanges.place(at: index).user].map { (id: $0, index: index) }
    }
    for (id, index) in users.sorted(by: { $0.id < $1.id }) {
      let user = plan.userChanges.place(at: index).user
      fields.removeAll(keepingCapacity: true)
      plan.userChanges.appendFields(at: index, to: &fields)
      let locksLogin = plan.userChanges.locksLogin(at: index)
      if locksLogin, readsUsersFile, fields.last?.field != .windowsLogin {
        fields.append(copiedLogin(of: user))
      }
      try writer.update(id, fields, locksLogin: locksLogin)
      try batches.writeReady()
    }
  }

  /// A locked login is the store's (S2): where the users file's own one stays, it is copied.
  private func copiedLogin(of user: Int) -> FieldBytes {
    FieldBytes(
      FieldChange(.windowsLogin, old: nil, new: plan.users.text(.windowsLogin, of: user)))
  }

  /// What became of the holds of unlinked users (U2).
  private func writeReleases() throws {
    guard !plan.changedReleases.isEmpty else { return }
    let update = try database.rowWriter(
      RowSet(
        columns: [("held_values", .text), ("guid", .blob), ("user_id", .integer)],
        sqlite: "UPDATE releases SET held_values = ? WHERE guid = ? AND user_id = ?",
        postgres: """
          UPDATE releases SET held_values = rows.held_values FROM rows
          WHERE releases.guid = rows.guid AND releases.user_id = rows.user_id
          """))
    for release in plan.changedReleases {
      // Nothing is not NULL here: the values are not known yet.
      let held = HoldColumn.text(of: release.hold).map { RowImage.Value.text($0) } ?? .null
      try update.run(RowImage(held, .blob(release.guid.bytes), .integer(release.userID)))
    }
  }
}
