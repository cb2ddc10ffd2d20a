internal import Authorization
internal import GRDB
internal import PluginContract
internal import TenantCore

/// Links by hand.
extension TenantStore {
  func apply(
    _ edits: [LinkEdit], actor: String, at moment: Timestamp, comment: String?
  ) async throws {
    try await write { database in
      // A users file holds the login of a user that no link locks.
      let users: TenantUsers? = if case .csv = tenant.users { try allUsers(database) } else { nil }
      var writer = try HandEditWriter(
        actor: actor, moment: moment, comment: comment, fileUsers: users, database)
      for edit in edits { try writer.write(edit) }
      try writer.rows.finish()
      try noteHeldValues(of: edits, database)
    }
  }

  /// U2: what an unlinked user's values are now, without the lock of its Windows login.
  private func noteHeldValues(of edits: [LinkEdit], _ database: Database) throws {
    let links = edits.compactMap { edit -> Link? in
      if case .unlink(let link, _) = edit { link } else { nil }
    }
    guard !links.isEmpty else { return }
    let users = Dictionary(
      try users(named: links.map(\.userName), database).map { ($0.id, $0) }
    ) { first, _ in first }
    for link in links {
      guard let user = users[link.userID] else { continue }
      try database.execute(
        sql: "UPDATE releases SET held_values = ? WHERE guid = ? AND user_id = ?",
        arguments: [
          HoldColumn.text(of: .unchanged(ComparedValues(user))), HandEditWriter.blob(link.guid),
          link.userID,
        ])
    }
  }
}

/// Writes links by hand: link, profile, lock of the Windows login, snapshot row, audit (U5).
struct HandEditWriter {
  let actor: String
  let moment: Timestamp
  let comment: String?
  /// The users of a users file, where the tenant has one.
  let fileUsers: TenantUsers?
  let database: Database
  /// The snapshot's rows, which are written once all links are.
  var rows: SnapshotEditor
  private var changes: ChangeWriter

  init(
    actor: String, moment: Timestamp, comment: String?, fileUsers: TenantUsers?,
    _ database: Database
  ) throws {
    self.actor = actor
    self.moment = moment
    self.comment = comment
    self.fileUsers = fileUsers
    self.database = database
    rows = SnapshotEditor(database)
    changes = try ChangeWriter(database)
  }

  mutating func write(_ edit: LinkEdit) throws {
    switch edit {
    case .link(let entry, let userID, let reason, let change, let replaced):
      try link(entry, userID, reason, change, replacing: replaced)
    case .unlink(let link, let entry):
      try unlink(link, entry)
    }
  }

  private mutating func link(
    _ entry: SnapshotEntry, _ userID: Int64, _ reason: Reason, _ change: EditedUser,
    replacing replaced: Link?
  ) throws {
    guard let guid = entry.guid else {
      throw StoreError(.notAvailable, "'\(entry.login)' has no objectGUID and cannot be linked")
    }
    let id = try userID == 0 ? madeUser(change.userName) : userID
    if let replaced { try remove(replaced) }
    try refuseTaken(guid, entry, id, change.userName)
    var writer = try LinkWriter(database)
    try writer.add(
      guid: guid, userID: id, run: 0, domain: entry.domain, login: Array(entry.login.utf8)[...],
      reason: reason)
    let wasReleased = try forgetRelease(guid, id)
    var users = UserWriter(database)
    try users.update(id, written(of: change), locksLogin: true)
    rows.set(entry, state: .linked, userID: id, reason: nil)
    try claim(change.userName)
    let replacement = replaced.map { "replaces the link to \($0.domain)\\\($0.login) (\($0.guid))" }
    try changes.append(
      record(
        wasReleased ? .relinked : .linked, change.userName, guid, entry.domain, entry.login,
        fields: change.fields, note: replacement))
  }

  private mutating func unlink(_ link: Link, _ entry: SnapshotEntry?) throws {
    try remove(link)
    try remember(link)
    if let entry {
      rows.set(
        entry, state: entry.state, userID: nil, reason: entry.reason,
        wasFound: try isOfLastRun(link))
    }
    try unclaim(link)
    try changes.append(
      record(.unlinked, link.userName, link.guid, link.domain, link.login, fields: [], note: nil))
  }

  /// Removes a link and makes the Windows login editable (U1); values stay.
  private func remove(_ link: Link) throws {
    try database.execute(
      sql: "DELETE FROM links WHERE guid = ? AND user_id = ?",
      arguments: [Self.blob(link.guid), link.userID])
    guard database.changesCount == 1 else {
      throw StoreError(
        .notAvailable,
        "\(link.domain)\\\(link.login) is no longer linked to '\(link.userName)'; review it again")
    }
    try database.execute(
      sql: "UPDATE users SET is_login_locked = 0 WHERE id = ?", arguments: [link.userID])
  }
}
