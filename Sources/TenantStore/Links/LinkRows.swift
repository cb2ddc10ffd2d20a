internal import Authorization
internal import TenantCore

/// Links and releases as a run reads them.
extension TenantStore {
  func linkTable() async throws -> LinkTable { try await read { try Self.linkTable($0) } }

  /// All links within a transaction, in the order of their users' ids.
  static func linkTable(_ database: StoreDatabase) throws -> LinkTable {
    var links = LinkTable()
    let names = try names(database)
    let domains = names.domains.mapValues { links.domainNumber(of: $0) }
    let parents = names.parents.mapValues { links.parentNumber(of: $0) }
    links.reserve(names.linkCount)
    let statement = try database.statement(
      """
      SELECT l.guid, l.user_id, l.run, l.domain, l.parent, l.login, u.user_name
      FROM link_rows AS l JOIN users AS u ON u.id = l.user_id ORDER BY l.user_id
      """)
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

  /// How ``names(_:)`` is asked.
  static let names = Question(
    sql: """
      SELECT 0, id, name FROM link_domains UNION ALL SELECT 1, id, name FROM link_parents
      UNION ALL SELECT 2, count(*), '' FROM link_rows
      """, columns: [.integer, .integer, .text])

  /// Domains and parents by their numbers, and the number of links, in one statement.
  private static func names(
    _ database: StoreDatabase
  ) throws -> (domains: [Int64: [UInt8]], parents: [Int64: [UInt8]], linkCount: Int) {
    let statement = try database.statement(names.sql)
    var (domains, parents): ([Int64: [UInt8]], [Int64: [UInt8]]) = ([:], [:])
    var linkCount = 0
    try statement.forEachRow {
      let (number, name) = (statement.integer(1), statement.bytes(2))
      switch statement.integer(0) {
      case 0: domains[number] = name
      case 1: parents[number] = name
      default: linkCount = Int(number)
      }
    }
    return (domains, parents, linkCount)
  }

  func links(of guids: [ObjectGUID]) async throws -> [Link] {
    try await read { database in
      var row = RowImage()
      ValueList.append(guids, to: &row, for: database.dialect)
      return try Self.links(
        database, where: "l.guid IN \(database.dialect.guids(parameter: 1))", row)
    }
  }

  func links(ofUsers ids: [Int64]) async throws -> [Link] {
    try await read { try Self.links($0, ofUsers: ids) }
  }

  /// The links of tenant users within a transaction.
  static func links(_ database: StoreDatabase, ofUsers ids: [Int64]) throws -> [Link] {
    var row = RowImage()
    ValueList.append(ids, to: &row)
    return try links(database, where: "l.user_id IN \(database.dialect.numbers)", row)
  }

  func releases() async throws -> [Release] {
    try await read { try Self.releases($0, where: Self.all) }
  }

  func linkReasons(of guids: [ObjectGUID]) async throws -> [ObjectGUID: Reason] {
    try await read { try Self.linkReasons(of: guids, $0) }
  }

  /// The reasons of links within a transaction.
  static func linkReasons(
    of guids: [ObjectGUID], _ database: StoreDatabase
  ) throws -> [ObjectGUID: Reason] {
    var row = RowImage()
    ValueList.append(guids, to: &row, for: database.dialect)
    let statement = try database.statement(
      """
      SELECT l.guid, \(ReasonColumns.list(of: "l")) FROM links AS l
      WHERE l.guid IN \(database.dialect.guids(parameter: 1))
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

  /// Links that meet a condition on `l` (links) or `u` (users), by GUID.
  static func links(
    _ database: StoreDatabase, where condition: String, _ parameters: RowImage = RowImage()
  ) throws -> [Link] {
    let statement = try database.statement(
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

  /// The condition that all meet.
  static let all = "1 = 1"

  /// How releases are asked that meet a condition.
  static func releases(where condition: String) -> Question {
    Question(
      sql: """
        SELECT r.guid, r.user_id, u.user_name, r.domain, r.login, r.actor, r.released_at, r.comment,
          r.held_values
        FROM releases AS r JOIN users AS u ON u.id = r.user_id WHERE \(condition)
        ORDER BY r.guid, r.user_id
        """, columns: [.blob, .integer, .text, .text, .text, .text, .text, .text, .text])
  }

  /// Releases that meet a condition on `r` (releases) or `u` (users), by GUID.
  static func releases(
    _ database: StoreDatabase, where condition: String, _ parameters: RowImage = RowImage()
  ) throws -> [Release] {
    let statement = try database.statement(releases(where: condition).sql)
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
  static func link(_ database: StoreDatabase, of guid: ObjectGUID) throws -> Link? {
    var key = RowImage()
    key.append(blob: guid.bytes)
    return try links(database, where: "l.guid = ?", key).first
  }

  /// The link of a tenant user, if it has one.
  static func link(_ database: StoreDatabase, ofUser id: Int64) throws -> Link? {
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
