internal import GRDB
internal import TenantCore

/// What a row of the snapshot shows and other tables hold: the link's run and reason, the tenant user.
struct SnapshotRowFacts {
  /// The latest complete run: a link that it made is `found` (semantics.md 5).
  let run: Int64
  /// False if that run made no link: then nothing is `found`, and no link has to be looked at.
  private let madeLinks: Bool
  private let links: RawStatement
  private let users: RawStatement

  init(run: Int64, _ database: Database) throws {
    self.run = run
    madeLinks =
      try Bool.fetchOne(
        database, sql: "SELECT new_links > 0 FROM runs WHERE id = ?", arguments: [run]) ?? false
    links = try RawStatement(
      database, "SELECT l.run, \(ReasonColumns.list(of: "l")) FROM links AS l WHERE l.guid = ?")
    users = try RawStatement(database, "SELECT user_name, windows_login FROM users WHERE id = ?")
  }

  /// A row's state as it is shown.
  func state(of row: Int, in batch: SnapshotBatch) throws -> RowState {
    let stored = batch.state(of: row)
    guard madeLinks, stored == .linked, let guid = batch.guid(of: row) else { return stored }
    return try link(of: guid) { $0.integer(0) == run } == true ? .found : stored
  }

  /// A row's reason: its own, or that of its link; nil if it has neither.
  func reason(of row: Int, in batch: SnapshotBatch) throws -> Reason? {
    if let own = batch.rest.reason(of: row) { return try own.reason() }
    guard let guid = batch.guid(of: row) else { return nil }
    return try link(of: guid) { statement in
      var image = RowImage()
      statement.read(into: &image)
      return try ReasonColumns.reason(in: image, from: 1)
    }.flatMap(\.self)
  }

  /// Gives a row's tenant user as a statement that stands on name and Windows login; does nothing if there is none.
  func withUser(of row: Int, in batch: SnapshotBatch, _ body: (RawStatement) throws -> Void) throws
  {
    guard let id = batch.userID(of: row) else { return }
    var key = RowImage()
    key.append(id)
    try users.bind(key)
    defer { users.reset() }
    if try users.step() { try body(users) }
  }

  private func link<Value>(
    of guid: ObjectGUID, _ body: (RawStatement) throws -> Value
  ) throws -> Value? {
    var key = RowImage()
    key.append(blob: guid.bytes)
    try links.bind(key)
    defer { links.reset() }
    return try links.step() ? try body(links) : nil
  }
}
