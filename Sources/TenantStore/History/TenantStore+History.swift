internal import Authorization
internal import PluginContract
internal import TenantCore

/// The audit, as `history` and `explain` read it.
extension TenantStore {
  /// A login also finds the changes of the directory users that have it now, under whatever name
  /// they were made.
  func changes(
    before: Int64?, after: Int64?, fitting filter: HistoryFilter, limit: Int
  ) async throws -> [NumberedChange] {
    try await read { [tenant] database in
      let login = try filter.login.map {
        try LoginFilter($0, directories: tenant.directories, database)
      }
      return try ChangeReader(
        filter: filter, login: login, before: before ?? .max, after: after, limit: limit
      ).changes(database)
    }
  }

  func changes(numbers: [Int64]) async throws -> [NumberedChange] {
    try await read { try ChangeReader.changes(numbers, $0) }
  }

  func forEachChangeSubject(
    after number: Int64, _ body: @escaping @Sendable (ChangeSubject) throws -> Void
  ) async throws {
    try await read { try ChangeReader.forEachSubject(after: number, $0, body) }
  }

  func runs(before: Int64?, limit: Int) async throws -> [RunRecord] {
    try await read {
      try RunRow.runs(
        $0, "WHERE id < \(before ?? .max) ORDER BY id DESC LIMIT \(max(0, limit))")
    }
  }

  func run(_ number: Int64) async throws -> RunRecord? {
    try await read { try RunRow.runs($0, "WHERE id = \(number)").first }
  }
}

/// Picks what concerns those whom a typed login means: by who they are, for those who have a row
/// now, and by the login that a change was made under.
struct LoginFilter {
  private let guids: Set<ObjectGUID>
  private let lookUps: [LoginName.LookUp]

  init(_ name: LoginName, directories: [Directory], _ database: StoreDatabase) throws {
    let rows = try SnapshotLookUp(database)
    let principals = try SnapshotEntries.principals(rows, [name], directories: directories)
    let found = try SnapshotEntries.places(rows, of: name, principals, directories: directories)
    guids = Set(found.places.compactMap { $0.batch.guid(of: $0.row) })
    lookUps =
      switch found.lookUp {
      case nil: name.lookUps(in: directories)
      case .login: [found.lookUp].compactMap(\.self)
      case .principalName:
        found.places.map { place in
          let login = String(decoding: place.batch.shown.login[place.row], as: UTF8.self)
          return .login(CanonicalText.of(login), domains: [CanonicalText.of(place.batch.domain)])
        }
      }
  }

  func accepts(guid: ObjectGUID?, domain: String?, login: String?) -> Bool {
    if let guid, guids.contains(guid) { return true }
    guard let login else { return false }
    return lookUps.contains { $0.fits(domain: domain ?? "", login: login) }
  }
}
