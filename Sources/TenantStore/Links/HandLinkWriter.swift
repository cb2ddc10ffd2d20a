internal import GRDB
internal import PluginContract
internal import TenantCore

/// Links any number of pairs by hand: link, profile, lock of the Windows login, snapshot's rows, audit
/// (U4, U5). What is the same for all is a statement for all of them (P14).
struct HandLinkWriter {
  /// A link that is made, and what the tenant user takes.
  struct Edit {
    var entry: SnapshotEntry
    /// 0 for a user of a users file of which the store held nothing until now.
    var userID: Int64
    var reason: Reason
    var change: EditedUser
    /// The link that it replaces.
    var replaced: Link?
    var comment: String?
  }

  /// A directory user and a tenant user.
  private struct Pair: Hashable {
    var guid: ObjectGUID
    var userID: Int64
  }

  private let store: TenantStore
  private let origin: ChangeBatchWriter.Origin
  private let database: Database
  private var links: LinkWriter
  private var users: UserWriter

  init(store: TenantStore, origin: ChangeBatchWriter.Origin, _ database: Database) throws {
    self.store = store
    self.origin = origin
    self.database = database
    links = try LinkWriter(database)
    users = UserWriter(database)
  }

  consuming func write(_ edits: [Edit]) throws {
    // A users file holds the login of a user that no link locks.
    let fileUsers: TenantUsers? =
      if case .csv = store.tenant.users { try store.allUsers(database) } else { nil }
    let pairs = try edits.map { try link($0, fileUsers) }
    let released = try forgetReleases(pairs)
    var rows = SnapshotEditor(database)
    for (edit, pair) in zip(edits, pairs) {
      rows.set(edit.entry, state: .linked, userID: pair.userID, reason: nil)
    }
    try rows.finish()
    try claim(edits.map(\.change.userName))
    try writeChanges(edits, pairs, released)
  }

  private mutating func link(_ edit: Edit, _ fileUsers: TenantUsers?) throws -> Pair {
    guard let guid = edit.entry.guid else {
      throw StoreError(
        .notAvailable, "'\(edit.entry.login)' has no objectGUID and cannot be linked")
    }
    let name = edit.change.userName
    let id =
      try edit.userID == 0
      ? OverlayInsert(database).insert(userName: name, windowsLogin: nil) : edit.userID
    if let replaced = edit.replaced { try remove(replaced) }
    do {
      try links.add(
        LinkWriter.NewLink(
          guid: guid, userID: id, run: 0, domain: edit.entry.domain,
          login: Array(edit.entry.login.utf8)[...],
          distinguishedName: Array(edit.entry.distinguishedName.utf8)[...]),
        because: LinkWriter.CompactReason(edit.reason, userName: name))
    } catch let error as DatabaseError
      where error.resultCode.primaryResultCode == .SQLITE_CONSTRAINT
    {
      try refuseTaken(guid, edit.entry, id, name)
      throw error
    }
    let fields = written(of: edit.change, fileUsers).map { FieldBytes($0) }
    try users.update(id, fields, locksLogin: true)
    return Pair(guid: guid, userID: id)
  }

  /// U4: a taken side is named with its holder.
  private func refuseTaken(
    _ guid: ObjectGUID, _ entry: SnapshotEntry, _ userID: Int64, _ userName: String
  ) throws {
    if let taken = try TenantStore.link(database, of: guid) {
      throw StoreError(
        .notAvailable,
        "\(entry.domain)\\\(entry.login) is linked to '\(taken.userName)' already; unlink it first")
    }
    if let taken = try TenantStore.link(database, ofUser: userID) {
      throw StoreError(
        .notAvailable,
        "user '\(userName)' is linked to \(taken.domain)\\\(taken.login) already; unlink it first")
    }
  }

  private func remove(_ link: Link) throws {
    guard try TenantStore.link(database, ofUser: link.userID)?.guid == link.guid else {
      throw StoreError(
        .notAvailable,
        "\(link.domain)\\\(link.login) is no longer linked to '\(link.userName)'; review it again")
    }
    let removal = LinkRemoval(database)
    try removal.remove([link.userID])
    try removal.unlock([link.userID])
  }

  /// What is written of the user. A locked login is the store's (S2): where the users file's own one
  /// stays, it is copied.
  private func written(of change: EditedUser, _ fileUsers: TenantUsers?) -> [FieldChange] {
    guard change.windowsLogin == nil, let fileUsers,
      let number = fileUsers.number(ofName: change.userName)
    else { return change.fields }
    let login = fileUsers.text(.windowsLogin, of: number)
    return change.fields + [FieldChange(.windowsLogin, old: nil, new: login)]
  }

  /// U2: the pairs are no longer released. Whom an administrator links is held no more, whatever else
  /// it was unlinked from.
  ///
  /// - Returns: the pairs that were released.
  private func forgetReleases(_ pairs: [Pair]) throws -> Set<Pair> {
    var row = RowImage()
    ValueList.append(pairs.map(\.userID), to: &row)
    let ofUsers = "user_id IN \(ValueList.numbers)"
    let find = try RawStatement(
      database, "SELECT guid, user_id FROM releases WHERE \(ofUsers)")
    try find.bind(row)
    var released: Set<Pair> = []
    try find.forEachRow {
      if let guid = find.guid(0) { released.insert(Pair(guid: guid, userID: find.integer(1))) }
    }
    try RawStatement(
      database,
      """
      DELETE FROM releases WHERE \(ofUsers)
        AND guid = (SELECT l.guid FROM link_rows AS l WHERE l.user_id = releases.user_id)
      """
    ).run(row)
    try RawStatement(database, "UPDATE releases SET held_values = NULL WHERE \(ofUsers)").run(row)
    return released
  }

  private func claim(_ userNames: [String]) throws {
    var row = RowImage()
    ValueList.append(userNames.map(CanonicalText.of), to: &row)
    try RawStatement(
      database, "DELETE FROM unclaimed WHERE name_key IN (SELECT value FROM json_each(?))"
    ).run(row)
  }

  private func writeChanges(_ edits: [Edit], _ pairs: [Pair], _ released: Set<Pair>) throws {
    var changes = try ChangeBatchWriter(origin, database)
    for (edit, pair) in zip(edits, pairs) {
      let replacement = edit.replaced.map {
        "replaces the link to \($0.domain)\\\($0.login) (\($0.guid))"
      }
      let texts = [replacement, edit.comment].compactMap(\.self)
      try changes.append(
        released.contains(pair) ? .relinked : .linked, userName: edit.change.userName.utf8,
        guid: pair.guid, domain: edit.entry.domain, login: Array(edit.entry.login.utf8)[...],
        fields: edit.change.fields.map { FieldBytes($0) },
        comment: texts.isEmpty ? nil : texts.joined(separator: "; "))
    }
    try changes.finish()
  }
}
