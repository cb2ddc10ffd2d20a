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
  private let database: StoreDatabase
  private var links: LinkWriter
  private var users: UserWriter

  init(store: TenantStore, origin: ChangeBatchWriter.Origin, _ database: StoreDatabase) throws {
    self.store = store
    self.origin = origin
    self.database = database
    links = try LinkWriter(database)
    users = try UserWriter(database)
  }

  consuming func write(_ edits: [Edit]) throws {
    // A users file holds the login of a user that no link locks.
    let fileUsers: TenantUsers? =
      if case .csv = store.tenant.users { try store.allUsers(database) } else { nil }
    try removeReplaced(edits.compactMap(\.replaced))
    let pairs = try pairs(edits)
    try refuseTaken(edits, pairs)
    for (edit, pair) in zip(edits, pairs) { try link(edit, pair, fileUsers) }
    let released = try forgetReleases(pairs)
    var rows = SnapshotEditor(database)
    for (edit, pair) in zip(edits, pairs) {
      rows.set(edit.entry, state: .linked, userID: pair.userID, reason: nil)
    }
    try rows.finish()
    try claim(edits.map(\.change.userName))
    try writeChanges(edits, pairs, released)
  }

  /// Whom the edits link. Users of a users file of which the store held nothing get a row.
  private func pairs(_ edits: [Edit]) throws -> [Pair] {
    let added = edits.indices.filter { edits[$0].userID == 0 }
    let ids = try OverlayInsert(database).insert(
      added.map { (edits[$0].change.userName, nil) })
    let made = Dictionary(zip(added, ids)) { first, _ in first }
    return try edits.enumerated().map { index, edit in
      guard let guid = edit.entry.guid else {
        throw StoreError(
          .notAvailable, "'\(edit.entry.login)' has no objectGUID and cannot be linked")
      }
      return Pair(guid: guid, userID: made[index] ?? edit.userID)
    }
  }

  private mutating func link(_ edit: Edit, _ pair: Pair, _ fileUsers: TenantUsers?) throws {
    try links.add(
      LinkWriter.NewLink(
        guid: pair.guid, userID: pair.userID, run: 0, domain: edit.entry.domain,
        login: Array(edit.entry.login.utf8)[...],
        distinguishedName: Array(edit.entry.distinguishedName.utf8)[...]),
      because: LinkWriter.CompactReason(edit.reason, userName: edit.change.userName))
    let fields = written(of: edit.change, fileUsers).map { FieldBytes($0) }
    try users.update(pair.userID, fields, locksLogin: true)
  }

  /// U4: a taken side is named with its holder, whether it was taken before or by an edit before.
  private func refuseTaken(_ edits: [Edit], _ pairs: [Pair]) throws {
    var ofGUID: [ObjectGUID: String] = [:]
    var ofUser: [Int64: String] = [:]
    var guids = RowImage()
    ValueList.append(pairs.map(\.guid), to: &guids, for: database.dialect)
    for link in try TenantStore.links(
      database, where: "l.guid IN \(database.dialect.guids(parameter: 1))", guids)
    {
      ofGUID[link.guid] = link.userName
    }
    for link in try TenantStore.links(database, ofUsers: pairs.map(\.userID)) {
      ofUser[link.userID] = "\(link.domain)\\\(link.login)"
    }
    for (edit, pair) in zip(edits, pairs) {
      let login = "\(edit.entry.domain)\\\(edit.entry.login)"
      if let holder = ofGUID.updateValue(edit.change.userName, forKey: pair.guid) {
        throw StoreError(
          .notAvailable, "\(login) is linked to '\(holder)' already; unlink it first")
      }
      if let holder = ofUser.updateValue(login, forKey: pair.userID) {
        throw StoreError(
          .notAvailable,
          "user '\(edit.change.userName)' is linked to \(holder) already; unlink it first")
      }
    }
  }

  private func removeReplaced(_ replaced: [Link]) throws {
    guard !replaced.isEmpty else { return }
    let ids = replaced.map(\.userID)
    var stored: [Int64: ObjectGUID] = [:]
    for link in try TenantStore.links(database, ofUsers: ids) { stored[link.userID] = link.guid }
    for link in replaced where stored.removeValue(forKey: link.userID) != link.guid {
      throw StoreError(
        .notAvailable,
        "\(link.domain)\\\(link.login) is no longer linked to '\(link.userName)'; review it again")
    }
    let removal = LinkRemoval(database)
    try removal.remove(ids)
    try removal.unlock(ids)
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
    let ofUsers = "user_id IN \(database.dialect.numbers)"
    let find = try database.statement(
      "SELECT guid, user_id FROM releases WHERE \(ofUsers)")
    try find.bind(row)
    var released: Set<Pair> = []
    try find.forEachRow {
      if let guid = find.guid(0) { released.insert(Pair(guid: guid, userID: find.integer(1))) }
    }
    try database.statement(
      """
      DELETE FROM releases WHERE \(ofUsers)
        AND guid = (SELECT l.guid FROM link_rows AS l WHERE l.user_id = releases.user_id)
      """
    ).run(row)
    try database.statement("UPDATE releases SET held_values = NULL WHERE \(ofUsers)").run(row)
    return released
  }

  private func claim(_ userNames: [String]) throws {
    var row = RowImage()
    ValueList.append(userNames.map(CanonicalText.of), to: &row, for: database.dialect)
    try database.execute(
      "DELETE FROM unclaimed WHERE \(database.dialect.isAmongTexts("name_key"))", row)
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
