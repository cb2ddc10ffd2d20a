internal import Authorization
internal import GRDB
internal import PluginContract
internal import TenantCore

/// Single rows of the snapshot.
extension TenantStore {
  func entries(named name: LoginName) async throws -> [SnapshotEntry] {
    try await read { database in
      let found = try SnapshotEntries.places(database, of: name, directories: tenant.directories)
      let entries = try SnapshotEntries(database)
      return try found.places.map { try entries.entry(of: $0) }
    }
  }

  func entries(_ keys: [RowKey]) async throws -> [RowKey: SnapshotEntry] {
    try await read { database in
      let entries = try SnapshotEntries(database)
      return try SnapshotLookUp(database).places(of: keys).mapValues { try entries.entry(of: $0) }
    }
  }
}

/// Reads rows of the snapshot with all that is known of them.
struct SnapshotEntries {
  private let facts: SnapshotRowFacts

  init(_ database: Database) throws {
    facts = try SnapshotRowFacts(
      run: try RunRow.lastComplete(database)?.id ?? 0, database)
  }

  /// The rows that a typed login means, in R4's order, and by what they were found; nil if there are none.
  static func places(
    _ database: Database, of name: LoginName, directories: [Directory]
  ) throws -> (places: [SnapshotLookUp.Place], lookUp: LoginName.LookUp?) {
    let rows = try SnapshotLookUp(database)
    for lookUp in name.lookUps(in: directories) {
      let found =
        switch lookUp {
        case .principalName(let name): try rows.places(principalName: name)
        case .login(let login, let domains):
          try rows.places(login: login, domains: domains.map { $0.sorted() } ?? rows.domainKeys())
        }
      if !found.isEmpty { return (found, lookUp) }
    }
    return ([], nil)
  }

  /// A row as an entry; all parts were read.
  func entry(of place: SnapshotLookUp.Place) throws -> SnapshotEntry {
    let (batch, row) = (place.batch, place.row)
    let record = batch.record(row)
    return SnapshotEntry(
      domain: batch.domain, login: String(decoding: record.login, as: UTF8.self),
      guid: record.guid,
      distinguishedName: String(decoding: record.distinguishedName, as: UTF8.self),
      flags: record.flags, attributes: try Self.attributes(of: record),
      state: try facts.state(of: row, in: batch),
      reason: try facts.reason(of: row, in: batch) ?? Reason(code: ReasonCode.noCandidate),
      userName: try facts.userName(of: row, in: batch))
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
