internal import Authorization
internal import GRDB
internal import TenantCore

/// Links and releases as a run reads them.
extension TenantStore {
  func linkTable() async throws -> LinkTable { try await read { try Self.linkTable($0) } }

  /// All links within a transaction, in the order of their users' ids.
  static func linkTable(_ database: Database) throws -> LinkTable {
    let statement = try RawStatement(
      database,
      """
      SELECT l.guid, l.user_id, l.run, l.domain, l.parent, l.login, u.user_name
      FROM link_rows AS l JOIN users AS u ON u.id = l.user_id ORDER BY l.user_id
      """)
    var links = LinkTable()
    let domains = try names("link_domains", database).mapValues { links.domainNumber(of: $0) }
    let parents = try names("link_parents", database).mapValues { links.parentNumber(of: $0) }
    links.reserve(try Int.fetchOne(database, sql: "SELECT count(*) FROM link_rows") ?? 0)
    try statement.forEachRow {
      guard let guid = statement.guid(0) else { return }
      unsafe statement.withBytes(5) { login in
        unsafe statement.withBytes(6) { userName in
          unsafe links.append(
            guid: guid, userID: statement.integer(1), run: statement.integer(2),
            domain: domains[statement.integer(3)] ?? 0,
            parent: statement.isNull(4) ? nil : parents[statement.integer(4)],
            login: login, userName: userName)
        }
      }
    }
    return links
  }

  private static func names(_ table: String, _ database: Database) throws -> [Int64: [UInt8]] {
    let statement = try RawStatement(database, "SELECT id, name FROM \(table)")
    var names: [Int64: [UInt8]] = [:]
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      names[row.integer(0)] = Array(row.slice(1) ?? [])
    }
    return names
  }

  func links(of guids: [ObjectGUID]) async throws -> [Link] {
    try await read { database in
      var row = RowImage()
      ValueList.append(guids, to: &row)
      return try Self.links(database, where: "l.guid IN \(ValueList.guids(parameter: 1))", row)
    }
  }

  func links(ofUsers ids: [Int64]) async throws -> [Link] {
    try await read { try Self.links($0, ofUsers: ids) }
  }

  /// The links of tenant users within a transaction.
  static func links(_ database: Database, ofUsers ids: [Int64]) throws -> [Link] {
    var row = RowImage()
    ValueList.append(ids, to: &row)
    return try links(database, where: "l.user_id IN \(ValueList.numbers)", row)
  }

  func releases() async throws -> [Release] {
    try await read { try Self.releases($0, where: "1") }
  }

  func linkReasons(of guids: [ObjectGUID]) async throws -> [ObjectGUID: Reason] {
    try await read { database in
      var row = RowImage()
      ValueList.append(guids, to: &row)
      let statement = try RawStatement(
        database,
        """
        SELECT l.guid, \(ReasonColumns.list(of: "l")) FROM links AS l
        WHERE l.guid IN \(ValueList.guids(parameter: 1))
        """)
      try statement.bind(row)
      var reasons: [ObjectGUID: Reason] = [:]
      try statement.forEachRow {
        statement.read(into: &row)
        guard let guid = row.guid(0) else { return }
        reasons[guid] = try ReasonColumns.reason(in: row, from: 1)
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

  /// Releases that meet a condition on `r` (releases) or `u` (users), by GUID.
  static func releases(
    _ database: Database, where condition: String, _ parameters: RowImage = RowImage()
  ) throws -> [Release] {
    let statement = try RawStatement(
      database,
      """
      SELECT r.guid, r.user_id, u.user_name, r.domain, r.login, r.actor, r.released_at, r.comment,
        r.held_values
      FROM releases AS r JOIN users AS u ON u.id = r.user_id WHERE \(condition)
      ORDER BY r.guid, r.user_id
      """)
    try statement.bind(parameters)
    var releases: [Release] = []
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      guard let guid = row.guid(0) else { return }
      releases.append(
        Release(
          guid: guid, userID: row.integer(1), userName: row.text(2) ?? "",
          domain: row.text(3) ?? "", login: row.text(4) ?? "", actor: row.text(5) ?? "",
          releasedAt: try row.moment(6), comment: row.text(7),
          hold: try HoldColumn.hold(row.text(8))))
    }
    return releases
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

/// The column `held_values`: NULL once the hold ended, empty while the values are not known, else the
/// values as a JSON array.
enum HoldColumn {
  static func text(of hold: Release.Hold) -> String? {
    switch hold {
    case .ended: return nil
    case .untilSeen: return ""
    case .unchanged(let values):
      var bytes: [UInt8] = []
      JSONText.append(values.values, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  static func hold(_ text: String?) throws -> Release.Hold {
    guard let text else { return .ended }
    if text.isEmpty { return .untilSeen }
    return .unchanged(ComparedValues(values: try JSONText.decode([String].self, text)))
  }
}
