internal import Authorization
internal import PluginContract
internal import TenantCore

/// Single rows of the snapshot.
extension TenantStore {
  func entries(named names: [LoginName]) async throws -> [[SnapshotEntry]] {
    try await read { [tenant] database in
      let (rows, entries) = (try SnapshotLookUp(database), try SnapshotEntries(database))
      let principals = try SnapshotEntries.principals(rows, names, directories: tenant.directories)
      var found = [[SnapshotEntry]](repeating: [], count: names.count)
      // In the order of the logins, so that each batch is read once; a few at a time, because a row that was found
      // keeps its whole batch.
      var rest = names.indices.sorted { names[$0].login < names[$1].login }[...]
      while !rest.isEmpty {
        let part = rest.prefix(SnapshotEntries.atOnce)
        rest = rest.dropFirst(part.count)
        let places = try part.map {
          try SnapshotEntries.places(
            rows, of: names[$0], principals, directories: tenant.directories
          ).places
        }
        var all = try entries.entries(of: places.flatMap(\.self))[...]
        for (name, count) in zip(part, places.map(\.count)) {
          found[name] = Array(all.prefix(count))
          all = all.dropFirst(count)
        }
      }
      return found
    }
  }

  func entries(_ keys: [RowKey]) async throws -> [RowKey: SnapshotEntry] {
    try await read { database in
      let places = Array(try SnapshotLookUp(database).places(of: keys))
      let entries = try SnapshotEntries(database).entries(of: places.map(\.value))
      return Dictionary(zip(places.map(\.key), entries)) { first, _ in first }
    }
  }
}

/// Reads rows of the snapshot with all that is known of them.
struct SnapshotEntries {
  /// The names that are looked up together.
  static let atOnce = 512

  /// What other tables hold of rows.
  private struct Facts {
    /// By directory user: the run that made the link, and its reason.
    var links: [ObjectGUID: (run: Int64, reason: Reason?)] = [:]
    var userNames: [Int64: String] = [:]
  }

  private let database: StoreDatabase
  /// The latest complete run: a link that it made is `found` (semantics.md 5). Below any link's if there is none.
  private let run: Int64

  init(_ database: StoreDatabase) throws {
    self.database = database
    run = try RunRow.lastComplete(database)?.id ?? -1
  }

  /// The rows that a typed login means, in R4's order, and by what they were found; nil if there are none.
  ///
  /// - Parameter principals: what ``principals(_:_:directories:)`` gives.
  static func places(
    _ rows: SnapshotLookUp, of name: LoginName, _ principals: [[UInt8]: [[UInt8]]],
    directories: [Directory]
  ) throws -> (places: [SnapshotLookUp.Place], lookUp: LoginName.LookUp?) {
    for lookUp in name.lookUps(in: directories) {
      let found =
        switch lookUp {
        case .principalName(let name):
          try (principals[Array(CanonicalText.of(name).utf8)] ?? []).compactMap {
            try rows.place(of: $0)
          }
        case .login(let login, let domains):
          try rows.places(login: login, domains: domains.map { $0.sorted() } ?? rows.domainKeys())
        }
      if !found.isEmpty { return (found, lookUp) }
    }
    return ([], nil)
  }

  /// The rows that typed logins mean as names of principals, for all of them at once.
  static func principals(
    _ rows: SnapshotLookUp, _ names: [LoginName], directories: [Directory]
  ) throws -> [[UInt8]: [[UInt8]]] {
    try rows.keys(
      principalNames: names.flatMap { name in
        name.lookUps(in: directories).compactMap {
          if case .principalName(let name) = $0 { name } else { nil }
        }
      })
  }

  /// Rows as entries, in their order; all parts were read. What other tables hold of them is looked up for all at
  /// once (P14).
  func entries(of places: [SnapshotLookUp.Place]) throws -> [SnapshotEntry] {
    guard !places.isEmpty else { return [] }
    let facts = Facts(
      links: try links(of: places.compactMap { $0.batch.guid(of: $0.row) }),
      userNames: try UserNames.names(
        of: places.compactMap { $0.batch.userID(of: $0.row) }, database))
    return try places.map { try entry(of: $0, facts) }
  }

  private func entry(of place: SnapshotLookUp.Place, _ facts: Facts) throws -> SnapshotEntry {
    let record = place.batch.record(place.row)
    let link = record.guid.flatMap { facts.links[$0] }
    let isFound = record.state == .linked && link?.run == run
    return SnapshotEntry(
      domain: place.batch.domain, login: String(decoding: record.login, as: UTF8.self),
      guid: record.guid,
      distinguishedName: String(decoding: record.distinguishedName, as: UTF8.self),
      flags: record.flags, attributes: try Self.attributes(of: record),
      state: isFound ? .found : record.state,
      reason: try record.reason?.reason() ?? link?.reason ?? Reason(code: ReasonCode.noCandidate),
      userName: facts.userNames[record.userID])
  }

  private func links(
    of guids: [ObjectGUID]
  ) throws -> [ObjectGUID: (run: Int64, reason: Reason?)] {
    var row = RowImage()
    ValueList.append(guids, to: &row, for: database.dialect)
    let statement = try database.statement(
      """
      SELECT l.guid, l.run, \(ReasonColumns.list(of: "l")) FROM links AS l
      WHERE l.guid IN \(database.dialect.guids(parameter: 1))
      """)
    try statement.bind(row)
    var links: [ObjectGUID: (run: Int64, reason: Reason?)] = [:]
    try statement.forEachRow {
      statement.read(into: &row)
      guard let guid = row.guid(0) else { return }
      links[guid] = (row.integer(1), try ReasonColumns.reason(in: row, from: 2))
    }
    return links
  }

  private static func attributes(of record: SnapshotRecord) throws -> [String: [String]] {
    let columns = [
      (DirectoryAttribute.login, record.login), (DirectoryAttribute.mail, record.mail),
      (DirectoryAttribute.userPrincipalName, record.principalName),
      (DirectoryAttribute.firstName, record.firstName),
      (DirectoryAttribute.lastName, record.lastName),
      (DirectoryAttribute.employeeID, record.employeeID),
    ]
    var attributes: [String: [String]] = [:]
    for (name, text) in columns where !text.isEmpty {
      attributes[name] = [String(decoding: text, as: UTF8.self)]
    }
    guard !record.more.isEmpty else { return attributes }
    let more = String(decoding: record.more, as: UTF8.self)
    return attributes.merging(try JSONText.decode([String: [String]].self, more)) { $1 }
  }
}
