internal import Authorization
internal import PluginContract
internal import TenantCore

/// What changes of links by hand are decided on, as it stands under the tenant's lock: all that the
/// targets name is looked up at once, however many they are.
struct LinkState: Sendable {
  /// A change and what is said of it.
  struct Decision: Sendable {
    var edit: LinkEdit
    var sentences: [String]
    /// The pair, if it is a link.
    var pair: LinkedPair?
  }

  let tenant: Tenant
  let store: any TenantStoring
  let moment: Timestamp
  private(set) var linksByGUID: [ObjectGUID: Link] = [:]
  private(set) var linksByUser: [Int64: Link] = [:]
  private var rows: [RowKey: SnapshotEntry] = [:]
  private var rowsByLogin: [String: [SnapshotEntry]] = [:]
  /// By folded name.
  private var users: [String: UserDetail] = [:]

  init(_ tenant: Tenant, store: any TenantStoring, moment: Timestamp) {
    self.tenant = tenant
    self.store = store
    self.moment = moment
  }

  /// Looks up what targets name, and the links of those.
  mutating func lookUp(_ targets: [LinkTarget]) async throws {
    var (keys, logins, names): ([RowKey], [String], [String]) = ([], [], [])
    for target in targets {
      switch target {
      case .row(let key): keys.append(key)
      case .login(let login): logins.append(login)
      case .user(let name): names.append(name)
      }
    }
    try await lookUp(rows: keys)
    try await lookUp(users: names)
    let known = logins.compactMap { login in LoginName(login).map { (login, $0) } }
    if !known.isEmpty {
      let found = try await store.entries(named: known.map(\.1))
      for ((login, _), entries) in zip(known, found) { rowsByLogin[login] = entries }
      for entry in rowsByLogin.values.joined() {
        if let guid = entry.guid { rows[.guid(guid)] = entry }
      }
    }
    try await lookUp(linksOf: rows.values.compactMap(\.guid))
  }

  /// Looks up rows that are not known yet.
  mutating func lookUp(rows keys: [RowKey]) async throws {
    let missing = keys.filter { rows[$0] == nil }
    guard !missing.isEmpty else { return }
    rows.merge(try await store.entries(missing)) { first, _ in first }
  }

  /// Looks up users, and their links.
  mutating func lookUp(users names: [String]) async throws {
    let missing = names.filter { users[CanonicalText.of($0)] == nil }
    guard !missing.isEmpty else { return }
    for user in try await store.users(named: missing) {
      users[CanonicalText.of(user.userName)] = user
      if let link = user.link { note(link) }
    }
  }

  /// Looks up the links of directory users.
  mutating func lookUp(linksOf guids: [ObjectGUID]) async throws {
    guard !guids.isEmpty else { return }
    for link in try await store.links(of: guids) { note(link) }
  }

  /// Looks up the links of tenant users.
  mutating func lookUp(linksOfUsers ids: [Int64]) async throws {
    guard !ids.isEmpty else { return }
    for link in try await store.links(ofUsers: ids) { note(link) }
  }

  private mutating func note(_ link: Link) {
    linksByGUID[link.guid] = link
    linksByUser[link.userID] = link
  }

  /// Decides for each that is named, gathering what cannot be done.
  func each<Target, Result>(
    _ targets: [Target], _ decide: (Target) async throws -> Result
  ) async throws -> [Result] {
    var results: [Result] = []
    var problems: [Failure] = []
    for target in targets {
      do {
        results.append(try await decide(target))
      } catch let error as LinkEditError {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw LinkEditError(problems: problems) }
    return results
  }

  // MARK: - What was looked up

  /// The row that a typed login means; nil if there is none.
  func entry(_ login: String) throws -> SnapshotEntry? {
    let entries = rowsByLogin[login] ?? []
    guard entries.count > 1 else { return entries.first }
    let names = entries.map { "\($0.domain)\\\($0.login)" }
    let hint =
      Set(entries.map { CanonicalText.of($0.domain) }).count > 1
      ? "write it with its domain" : "the directory has the login more than once"
    throw refusal("'\(login)' matches \(names.joined(separator: " and ")): \(hint)")
  }

  /// The row of a key.
  func row(_ key: RowKey) throws -> SnapshotEntry {
    guard let entry = rows[key] else {
      throw refusal("there is no such row in the snapshot any more")
    }
    return entry
  }

  /// The row of a directory user, if it has one.
  func row(of guid: ObjectGUID) -> SnapshotEntry? { rows[.guid(guid)] }

  func user(_ name: String) throws -> UserDetail {
    guard let user = users[CanonicalText.of(name)] else {
      throw refusal("there is no user '\(name)'", remedy: .showUsers)
    }
    return user
  }

  func unknownLogin(_ login: String) -> LinkEditError {
    refusal("there is no directory user '\(login)' in the snapshot", remedy: .showRows)
  }

  func refusal(_ problem: String, remedy: Remedy? = nil) -> LinkEditError {
    LinkEditError(problems: [Failure(.notAvailable, problem, remedy: remedy)])
  }

  func name(of link: Link) -> String { "\(link.domain)\\\(link.login)" }

  func name(of entry: SnapshotEntry) -> String { "\(entry.domain)\\\(entry.login)" }
}
