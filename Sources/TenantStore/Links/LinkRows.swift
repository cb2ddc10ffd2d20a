internal import Authorization
internal import GRDB
internal import TenantCore

/// Links and releases as a run reads them.
extension TenantStore {
  func links() async throws -> [Link] {
    try await read { try Self.links($0, where: "1") }
  }

  func releases() async throws -> [Release] {
    try await read { database in
      let sql = """
        SELECT r.guid, r.user_id, u.user_name, r.actor, r.released_at, r.comment
        FROM releases AS r JOIN users AS u ON u.id = r.user_id ORDER BY r.guid, r.user_id
        """
      var releases: [Release] = []
      let statement = try RawStatement(database, sql)
      var row = RowImage()
      try statement.forEachRow {
        statement.read(into: &row)
        guard let guid = row.guid(0) else { return }
        releases.append(
          Release(
            guid: guid, userID: row.integer(1), userName: row.text(2) ?? "",
            actor: row.text(3) ?? "", releasedAt: row.text(4) ?? "", comment: row.text(5)))
      }
      return releases
    }
  }

  func linkReasons(of guids: [ObjectGUID]) async throws -> [ObjectGUID: Reason] {
    try await read { database in
      let statement = try RawStatement(
        database, "SELECT \(ReasonColumns.list(of: "l")) FROM links AS l WHERE l.guid = ?")
      var reasons: [ObjectGUID: Reason] = [:]
      var row = RowImage()
      for guid in guids {
        row.clear()
        row.append(blob: guid.bytes)
        try statement.bind(row)
        guard try statement.step() else { continue }
        statement.read(into: &row)
        reasons[guid] = try ReasonColumns.reason(in: row, from: 0)
      }
      return reasons
    }
  }

  /// Links that meet a condition on `l` (links) or `u` (users), by GUID.
  static func links(
    _ database: Database, where condition: String, _ parameters: RowImage = RowImage()
  ) throws -> [Link] {
    let statement = try RawStatement(
      database,
      """
      SELECT l.guid, l.user_id, l.run, l.domain, l.login, u.user_name
      FROM links AS l JOIN users AS u ON u.id = l.user_id WHERE \(condition) ORDER BY l.guid
      """)
    try statement.bind(parameters)
    var links: [Link] = []
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      guard let guid = row.guid(0) else { return }
      links.append(
        Link(
          guid: guid, userID: row.integer(1), run: row.integer(2), domain: row.text(3) ?? "",
          login: row.text(4) ?? "", userName: row.text(5) ?? ""))
    }
    return links
  }

  /// The link of a directory user, if it has one.
  static func link(_ database: Database, of guid: ObjectGUID) throws -> Link? {
    var key = RowImage()
    key.append(blob: guid.bytes)
    return try links(database, where: "l.guid = ?", key).first
  }

  /// The link of a tenant user, if it has one.
  static func link(_ database: Database, ofUser id: Int64) throws -> Link? {
    var key = RowImage()
    key.append(id)
    return try links(database, where: "l.user_id = ?", key).first
  }
}

extension RowImage {
  /// A cell as a GUID; nil if it is none.
  func guid(_ cell: Int) -> ObjectGUID? {
    if case .blob(let start, let end) = cells[cell] {
      ObjectGUID(bytes: bytes[start..<end])
    } else {
      nil
    }
  }
}
