internal import Authorization
internal import PluginContract
internal import TenantCore

/// Links by hand.
extension TenantStore {
  func apply(_ edits: [LinkEdit], actor: String, at moment: Timestamp) async throws {
    try await write { database in
      let origin = ChangeBatchWriter.Origin(run: nil, at: moment, actor: actor)
      var unlinks: [UnlinkWriter.Edit] = []
      var links: [HandLinkWriter.Edit] = []
      for edit in edits {
        switch edit {
        case .unlink(let link, let entry, let comment):
          unlinks.append(UnlinkWriter.Edit(link: link, entry: entry, comment: comment))
        case .link(let entry, let userID, let reason, let change, let replaced, let comment):
          links.append(
            HandLinkWriter.Edit(
              entry: entry, userID: userID, reason: reason, change: change, replaced: replaced,
              comment: comment))
        }
      }
      if !unlinks.isEmpty {
        try UnlinkWriter(store: self, origin: origin, database).write(unlinks)
      }
      if !links.isEmpty {
        try HandLinkWriter(store: self, origin: origin, database).write(links)
      }
      try RowChangeWriter(database).write(
        byHand: unlinks.map(\.link.guid) + links.compactMap(\.entry.guid), at: moment)
    }
  }
}

/// Unlinks any number of pairs: link, lock of the Windows login, release, snapshot's rows, audit (U1,
/// U2, U5), a statement each for all of them (P14).
struct UnlinkWriter {
  /// A link that ends; `entry` is the directory user's row, if it has one, with its new state and
  /// reason.
  struct Edit {
    var link: Link
    var entry: SnapshotEntry?
    var comment: String?
  }

  private let store: TenantStore
  private let origin: ChangeBatchWriter.Origin
  private let database: StoreDatabase

  init(store: TenantStore, origin: ChangeBatchWriter.Origin, _ database: StoreDatabase) {
    self.store = store
    self.origin = origin
    self.database = database
  }

  func write(_ edits: [Edit]) throws {
    let ids = edits.map(\.link.userID)
    try refuseUnlinked(edits.map(\.link), ids)
    try writeRows(edits)
    try LinkRemoval(database).unlock(ids)
    let values = try comparedValues(of: edits.map(\.link), ids)
    try remember(edits, values)
    // One that its users file no longer has is no user, and nobody's.
    let unclaimed = store.tenant.users == .store ? ids : ids.filter { values[$0] != nil }
    try run(
      """
      INSERT INTO unclaimed (name_key, user_name)
      SELECT name_key, user_name FROM users WHERE id IN \(database.dialect.numbers)
      ON CONFLICT (\(database.dialect.uniqueName)) DO UPDATE SET user_name = excluded.user_name
      """, unclaimed)
    try LinkRemoval(database).remove(ids)
    try writeChanges(edits)
  }

  private func refuseUnlinked(_ links: [Link], _ ids: [Int64]) throws {
    var stored: [Int64: ObjectGUID] = [:]
    for link in try TenantStore.links(database, ofUsers: ids) { stored[link.userID] = link.guid }
    for link in links where stored.removeValue(forKey: link.userID) != link.guid {
      throw StoreError(
        .notAvailable,
        "\(link.domain)\\\(link.login) is no longer linked to '\(link.userName)'; review it again")
    }
  }

  private func writeRows(_ edits: [Edit]) throws {
    let lastRun = try RunRow.lastComplete(database)?.id
    var rows = SnapshotEditor(database)
    for edit in edits {
      guard let entry = edit.entry else { continue }
      rows.set(
        entry, state: entry.state, userID: nil, reason: entry.reason,
        wasFound: edit.link.run != 0 && edit.link.run == lastRun)
    }
    try rows.finish()
  }

  /// U2: what each unlinked user's values are now, without the lock of its Windows login.
  private func comparedValues(
    of links: [Link], _ ids: [Int64]
  ) throws -> [Int64: ComparedValues] {
    let users: TenantUsers
    let numbers: [Int]
    switch store.tenant.users {
    case .store:
      users = try UsersLoader.stored(database, ids: ids)
      numbers = Array(0..<users.count)
    case .csv:
      users = try store.allUsers(database)
      numbers = links.compactMap { users.number(ofName: $0.userName) }
    }
    return Dictionary(numbers.map { (users.id(of: $0), ComparedValues(of: $0, in: users)) }) {
      first, _ in first
    }
  }

  /// U2: remembers the pairs, and by which values the users are held.
  private func remember(_ edits: [Edit], _ values: [Int64: ComparedValues]) throws {
    let holds = edits.map { edit in
      HoldColumn.text(of: values[edit.link.userID].map(Release.Hold.unchanged) ?? .untilSeen)
    }
    guard !database.isPostgres else { return try rememberAtOnce(edits, holds) }
    var row = RowImage()
    row.append(nonNull: Array(origin.actor.utf8)[...])
    row.append(origin.at)
    row.append { bytes in
      bytes.append(UInt8(ascii: "["))
      for (index, (edit, hold)) in zip(edits, holds).enumerated() {
        bytes.append(contentsOf: "\(index == 0 ? "" : ",")[\(edit.link.userID),".utf8)
        JSONText.append(hold, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        JSONText.append(edit.comment, to: &bytes)
        bytes.append(UInt8(ascii: "]"))
      }
      bytes.append(UInt8(ascii: "]"))
    }
    try database.execute(
      Self.remembering(
        """
        SELECT l.guid, l.user_id, ?, ?, json_extract(held.value, '$[2]'), l.domain, l.login,
          json_extract(held.value, '$[1]')
        FROM json_each(?) AS held
          CROSS JOIN links AS l ON l.user_id = json_extract(held.value, '$[0]')
        WHERE 1
        """), row)
  }

  /// The same for PostgreSQL, whose JSON takes no NUL.
  private func rememberAtOnce(_ edits: [Edit], _ holds: [String?]) throws {
    let writer = try database.rowWriter(Self.held)
    var row = RowImage()
    for (edit, hold) in zip(edits, holds) {
      row.clear()
      row.append(edit.link.userID)
      row.append(nonNull: Array(origin.actor.utf8)[...])
      row.append(origin.at)
      for text in [edit.comment, hold] {
        if let text { row.append(nonNull: Array(text.utf8)[...]) } else { row.appendNull() }
      }
      try writer.run(row)
    }
  }

  private static let held = RowSet(
    columns: [
      ("user_id", .integer), ("actor", .text), ("released_at", .text), ("comment", .text),
      ("held_values", .text),
    ], sqlite: "",
    postgres: remembering(
      """
      SELECT l.guid, l.user_id, rows.actor, rows.released_at, rows.comment, l.domain, l.login,
        rows.held_values
      FROM rows JOIN links AS l ON l.user_id = rows.user_id
      """, key: Dialect.postgres.key("guid", "user_id")))

  private static func remembering(
    _ pairs: String, key: String = Dialect.sqlite.key("guid", "user_id")
  ) -> String {
    """
    INSERT INTO releases (guid, user_id, actor, released_at, comment, domain, login, held_values)
    \(pairs) ON CONFLICT (\(key)) DO UPDATE SET
      actor = excluded.actor, released_at = excluded.released_at, comment = excluded.comment,
      domain = excluded.domain, login = excluded.login, held_values = excluded.held_values
    """
  }

  private func writeChanges(_ edits: [Edit]) throws {
    var changes = try ChangeBatchWriter(origin, database)
    for edit in edits {
      let link = edit.link
      try changes.append(
        .unlinked, userName: link.userName.utf8, guid: link.guid, domain: link.domain,
        login: Array(link.login.utf8)[...], fields: [], comment: edit.comment)
    }
    try changes.finish()
  }

  private func run(_ sql: String, _ ids: [Int64]) throws {
    var row = RowImage()
    ValueList.append(ids, to: &row)
    try database.statement(sql).run(row)
  }
}

/// Takes links away, and the lock of the Windows login with them (U1); values stay.
struct LinkRemoval {
  private let database: StoreDatabase

  init(_ database: StoreDatabase) { self.database = database }

  /// Makes the Windows logins editable.
  func unlock(_ ids: [Int64]) throws {
    try run("UPDATE users SET is_login_locked = 0 WHERE id IN \(database.dialect.numbers)", ids)
  }

  /// Removes the links of users.
  func remove(_ ids: [Int64]) throws {
    try run("DELETE FROM link_rows WHERE user_id IN \(database.dialect.numbers)", ids)
  }

  private func run(_ sql: String, _ ids: [Int64]) throws {
    var row = RowImage()
    ValueList.append(ids, to: &row)
    try database.statement(sql).run(row)
  }
}
