internal import Authorization
internal import GRDB
internal import PluginContract
internal import TenantCore

/// The audit, as `history` and `explain` read it.
extension TenantStore {
  func runs(limit: Int?) async throws -> [RunRecord] {
    try await read { try RunRow.runs($0, "ORDER BY id DESC LIMIT \(Self.clamped(limit))") }
  }

  /// A login also finds the changes of the directory users that have it now, under whatever name
  /// they were made.
  func changes(login: String?, limit: Int?) async throws -> [ChangeRecord] {
    try await read { database in
      let filter = try login.map { try LoginFilter($0, directories: tenant.directories, database) }
      return try ChangeReader(filter: filter, limit: Self.clamped(limit)).changes(database)
        .map(\.change)
    }
  }

  func changes(before: Int64?, limit: Int) async throws -> [NumberedChange] {
    try await read { database in
      try ChangeReader(before: before ?? .max, limit: Self.clamped(limit)).changes(database)
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

  func changes(before: Int64?, ofLogin login: String, limit: Int) async throws -> [NumberedChange] {
    try await read { database in
      try ChangeReader(
        filter: try LoginFilter(login, directories: tenant.directories, database),
        before: before ?? .max, limit: Self.clamped(limit)
      ).changes(database)
    }
  }

  func runs(before: Int64?, limit: Int) async throws -> [RunRecord] {
    try await read {
      try RunRow.runs(
        $0, "WHERE id < \(before ?? .max) ORDER BY id DESC LIMIT \(Self.clamped(limit))")
    }
  }

  func run(_ number: Int64) async throws -> RunRecord? {
    try await read { try RunRow.runs($0, "WHERE id = \(number)").first }
  }

  private static func clamped(_ limit: Int?) -> Int { max(0, limit ?? Int(Int32.max)) }
}

/// Picks what concerns one login: `login` or `DOMAIN\login`, in any case; the domain may be the
/// NetBIOS name or the DNS name.
struct LoginFilter {
  private let login: String
  private let domain: String?
  private let guids: Set<ObjectGUID>

  init(_ text: String, directories: [Directory], _ database: Database) throws {
    let parts = text.split(separator: "\\", maxSplits: 1, omittingEmptySubsequences: false)
    login = CanonicalText.of(String(parts.last ?? ""))
    domain = parts.count == 2 ? Self.domainKey(String(parts[0]), directories) : nil
    let rows = try SnapshotEntries.keys(database, loginKey: login, domainKey: domain)
    guids = Set(rows.compactMap { $0.guid(2) })
  }

  func accepts(guid: ObjectGUID?, domain: String?, login: String?) -> Bool {
    if let guid, guids.contains(guid) { return true }
    guard let login, CanonicalText.of(login) == self.login else { return false }
    return self.domain.map { $0 == CanonicalText.of(domain ?? "") } ?? true
  }

  /// The folded NetBIOS name for a domain by either of its names.
  static func domainKey(_ name: String, _ directories: [Directory]) -> String {
    let key = CanonicalText.of(name)
    let alias = directories.first { $0.dnsDomain.map { CanonicalText.of($0) == key } ?? false }
    return alias.map { CanonicalText.of($0.domain) } ?? key
  }
}
