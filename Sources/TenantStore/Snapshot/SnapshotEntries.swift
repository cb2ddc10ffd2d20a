internal import Authorization
internal import GRDB
internal import PluginContract
internal import TenantCore

/// Single rows of the snapshot.
extension TenantStore {
  func entries(named names: [LoginName]) async throws -> [[SnapshotEntry]] {
    try await read { database in
      try names.map { name in
        let found = try SnapshotEntries.keys(database, of: name, directories: tenant.directories)
        return try SnapshotEntries.entries(
          database, where: "s.domain_key = ? AND s.login_key = ? AND s.row_id = ?", found.keys
        ).flatMap(\.self)
      }
    }
  }

  func entries(_ keys: [RowKey]) async throws -> [RowKey: SnapshotEntry] {
    try await read { database in
      let found = try SnapshotEntries.entries(
        database, where: "s.row_id = ?",
        keys.map { key in
          var image = RowImage()
          image.append(key)
          return image
        })
      return Dictionary(
        zip(keys, found).compactMap { key, entries in entries.first.map { (key, $0) } }
      ) { first, _ in first }
    }
  }
}

/// Reads rows of the snapshot with all that is known of them.
enum SnapshotEntries {
  /// The keys of the rows that a typed login means, in R4's order, and by what they were found;
  /// nil if there are none.
  static func keys(
    _ database: Database, of name: LoginName, directories: [Directory]
  ) throws -> (keys: [RowImage], lookUp: LoginName.LookUp?) {
    for lookUp in name.lookUps(in: directories) {
      let found =
        switch lookUp {
        case .principalName(let name): try keys(database, principalName: name)
        case .login(let login, let domains): try keys(database, login: login, domains: domains)
        }
      if !found.isEmpty { return (found, lookUp) }
    }
    return ([], nil)
  }

  /// No index has the names of principals: nobody types one often enough to pay for it in each run.
  private static func keys(_ database: Database, principalName: String) throws -> [RowImage] {
    let statement = try RawStatement(
      database,
      """
      SELECT domain_key, login_key, row_id, user_principal_name FROM snapshot
      WHERE user_principal_name IS NOT NULL ORDER BY domain_key, login_key, row_id
      """)
    let wanted = Array(CanonicalText.of(principalName).utf8)
    var canonical: [UInt8] = []
    var keys: [RowImage] = []
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      canonical.removeAll(keepingCapacity: true)
      guard let name = row.slice(3), CanonicalText.append(name, to: &canonical),
        canonical == wanted
      else { return }
      statement.read(into: &row, columns: SnapshotColumns.keyCount)
      keys.append(row)
    }
    return keys
  }

  private static func keys(
    _ database: Database, login: String, domains: Set<String>?
  ) throws -> [RowImage] {
    // The key begins with the domain: one look-up for each of the few domains.
    let domains = try domains.map { $0.sorted() } ?? domainKeys(database)
    let loginKey = CanonicalText.of(login)
    let statement = try RawStatement(
      database,
      """
      SELECT domain_key, login_key, row_id FROM snapshot WHERE domain_key = ? AND login_key = ?
      ORDER BY row_id
      """)
    var keys: [RowImage] = []
    for domain in domains {
      var row = RowImage()
      row.append(nonNull: Array(domain.utf8)[...])
      row.append(nonNull: Array(loginKey.utf8)[...])
      try statement.bind(row)
      try statement.forEachRow {
        statement.read(into: &row)
        keys.append(row)
      }
    }
    return keys
  }

  /// For each of these parameters the rows that a condition on `s` selects; `found` is derived from the latest complete run.
  static func entries(
    _ database: Database, where condition: String, _ parameters: [RowImage]
  ) throws -> [[SnapshotEntry]] {
    let columns =
      SnapshotColumns.names.prefix(SnapshotColumns.reason).map { "s.\($0)" }
      + ReasonColumns.names.map { "iif(s.reason_code IS NULL, l.\($0), s.\($0))" }
      + ["u.user_name", "l.run = (SELECT max(id) FROM runs WHERE outcome = 'complete')"]
    let statement = try RawStatement(
      database,
      """
      SELECT \(columns.joined(separator: ", ")) FROM snapshot AS s
      LEFT JOIN links AS l ON l.guid = s.row_id LEFT JOIN users AS u ON u.id = s.user_id
      WHERE \(condition)
      """)
    var row = RowImage()
    return try parameters.map { parameter in
      var entries: [SnapshotEntry] = []
      try statement.bind(parameter)
      try statement.forEachRow {
        statement.read(into: &row)
        entries.append(try entry(of: row))
      }
      return entries
    }
  }

  private static func domainKeys(_ database: Database) throws -> [String] {
    try String.fetchAll(
      database,
      sql: """
        WITH RECURSIVE domains (key) AS (
          SELECT min(domain_key) FROM snapshot
          UNION ALL
          SELECT (SELECT min(domain_key) FROM snapshot WHERE domain_key > key)
          FROM domains WHERE key IS NOT NULL)
        SELECT key FROM domains WHERE key IS NOT NULL
        """)
  }

  private static func entry(of row: RowImage) throws -> SnapshotEntry {
    let userName = SnapshotColumns.reason + ReasonColumns.names.count
    let stored = RowState(rawValue: row.text(SnapshotColumns.state) ?? "") ?? .failed
    let isFound = stored == .linked && row.integer(userName + 1) == 1
    return SnapshotEntry(
      domain: row.text(SnapshotColumns.domain) ?? "",
      login: row.text(SnapshotColumns.login) ?? "", guid: row.guid(SnapshotColumns.rowID),
      distinguishedName: row.text(SnapshotColumns.distinguishedName) ?? "",
      flags: AccountFlags(rawValue: UInt8(clamping: row.integer(SnapshotColumns.flags))),
      attributes: try attributes(of: row), state: isFound ? .found : stored,
      reason: try ReasonColumns.reason(in: row, from: SnapshotColumns.reason)
        ?? Reason(code: ReasonCode.noCandidate),
      userName: row.text(userName))
  }

  private static func attributes(of row: RowImage) throws -> [String: [String]] {
    var attributes: [String: [String]] = [:]
    let columns = [
      (DirectoryAttribute.login, SnapshotColumns.login),
      (DirectoryAttribute.mail, SnapshotColumns.mail),
      (DirectoryAttribute.userPrincipalName, SnapshotColumns.userPrincipalName),
      (DirectoryAttribute.firstName, SnapshotColumns.firstName),
      (DirectoryAttribute.lastName, SnapshotColumns.lastName),
      (DirectoryAttribute.employeeID, SnapshotColumns.employeeID),
    ]
    for (name, column) in columns { attributes[name] = row.text(column).map { [$0] } }
    guard let more = row.text(SnapshotColumns.moreAttributes) else { return attributes }
    return attributes.merging(try JSONText.decode([String: [String]].self, more)) { $1 }
  }
}
