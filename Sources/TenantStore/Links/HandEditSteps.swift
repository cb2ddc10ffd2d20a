internal import Foundation
internal import GRDB
internal import PluginContract
internal import TenantCore

/// The single steps of a link by hand.
extension HandEditWriter {
  /// A row for a user of a users file of which the store held nothing until now.
  func madeUser(_ userName: String) throws -> Int64 {
    try OverlayInsert(database).insert(userName: userName, windowsLogin: nil)
  }

  /// U4: a taken side is named with its holder.
  func refuseTaken(
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

  /// What is written of the user. A locked login is the store's (S2): where the users file's own one
  /// stays, it is copied.
  func written(of change: EditedUser) -> [FieldChange] {
    guard change.windowsLogin == nil, let fileUsers else { return change.fields }
    let key = CanonicalText.of(change.userName)
    let number = (0..<fileUsers.count).first {
      CanonicalText.of(fileUsers.userName(of: $0)) == key
    }
    guard let number else { return change.fields }
    let login = fileUsers.text(.windowsLogin, of: number)
    return change.fields + [FieldChange(.windowsLogin, old: nil, new: login)]
  }

  /// U2: the pair is no longer released.
  ///
  /// - Returns: true if it was.
  func forgetRelease(_ guid: ObjectGUID, _ userID: Int64) throws -> Bool {
    try database.execute(
      sql: "DELETE FROM releases WHERE guid = ? AND user_id = ?",
      arguments: [Self.blob(guid), userID])
    let wasReleased = database.changesCount > 0
    // Whom an administrator links is held no more, whatever else it was unlinked from.
    try database.execute(
      sql: "UPDATE releases SET held_values = NULL WHERE user_id = ?", arguments: [userID])
    return wasReleased
  }

  /// U2: remembers the pair; the values that hold the user follow once all links are written.
  func remember(_ link: Link) throws {
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO releases
          (guid, user_id, actor, released_at, comment, domain, login, held_values)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        Self.blob(link.guid), link.userID, actor, moment.description, comment, link.domain,
        link.login, HoldColumn.text(of: .untilSeen),
      ])
  }

  func claim(_ userName: String) throws {
    try database.execute(
      sql: "DELETE FROM unclaimed WHERE name_key = ?", arguments: [CanonicalText.of(userName)])
  }

  /// An unlinked user is nobody's; one that its users file no longer has is no user.
  func unclaim(_ link: Link) throws {
    let key = CanonicalText.of(link.userName)
    if let fileUsers {
      let names = (0..<fileUsers.count).lazy.map { fileUsers.userName(of: $0) }
      guard names.contains(where: { CanonicalText.of($0) == key }) else { return }
    }
    try database.execute(
      sql: "INSERT OR REPLACE INTO unclaimed (name_key, user_name) VALUES (?, ?)",
      arguments: [key, link.userName])
  }

  func isOfLastRun(_ link: Link) throws -> Bool {
    try link.run != 0 && link.run == RunRow.lastComplete(database)?.id
  }

  static func blob(_ guid: ObjectGUID) -> Data { Data(guid.bytes) }

  func record(
    _ kind: ChangeRecord.Kind, _ userName: String, _ guid: ObjectGUID, _ domain: String,
    _ login: String, fields: [FieldChange], note: String?
  ) -> ChangeRecord {
    let texts = [note, comment].compactMap { $0 }
    return ChangeRecord(
      kind: kind, at: moment, actor: actor, userName: userName, guid: guid,
      domain: domain, login: login, fields: fields,
      comment: texts.isEmpty ? nil : texts.joined(separator: "; "))
  }
}
