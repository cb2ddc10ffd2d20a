internal import Authorization
internal import PluginContract
internal import TenantCore

/// What changes of links by hand are decided on, as it stands under the tenant's lock: all that a request
/// names is looked up at once, however much it is.
struct LinkState: Sendable {
  let tenant: Tenant
  let store: any TenantStoring
  let moment: Timestamp
  private(set) var linksByGUID: [ObjectGUID: Link] = [:]
  private(set) var linksByUser: [Int64: Link] = [:]
  /// The links of directory users without a row, by the logins that were typed.
  private(set) var vanished = VanishedLogins()
  /// The links whose directory user is deleted, by GUID.
  private(set) var deleted: Set<ObjectGUID> = []
  /// The pairs that may be allowed again.
  private(set) var releases = ReleasedPairs()
  private var rows: [RowKey: SnapshotEntry] = [:]
  private var rowsByLogin: [String: [SnapshotEntry]] = [:]
  /// By folded name.
  private var users: [String: UserDetail] = [:]

  init(_ tenant: Tenant, store: any TenantStoring, moment: Timestamp) {
    self.tenant = tenant
    self.store = store
    self.moment = moment
  }

  // MARK: - Looking up

  /// Looks up what wishes name, and the links of those.
  mutating func lookUp(_ wishes: [LinkWish]) async throws {
    var (keys, names): ([RowKey], [String]) = ([], wishes.compactMap(\.userName))
    var logins: [LinkWish.Action: [String]] = [:]
    for wish in wishes {
      switch wish.target {
      case .row(let key): keys.append(key)
      case .login(let login): logins[wish.action, default: []].append(login)
      case .user(let name): names.append(name)
      }
    }
    try await lookUp(rows: keys)
    try await lookUp(users: names)
    try await lookUp(logins: logins.values.flatMap(\.self))
    // The row of whoever is unlinked changes.
    try await lookUp(
      rows: names.compactMap { users[CanonicalText.of($0)]?.link.map { .guid($0.guid) } })
    let named = keys.compactMap { if case .guid(let guid) = $0 { guid } else { nil } }
    try await lookUp(linksOf: named + rows.values.compactMap(\.guid))
    if let logins = logins[.unlink] { vanished = try await VanishedLogins(logins, &self) }
    if wishes.contains(where: { $0.action == .relink }) {
      releases = try await ReleasedPairs(wishes, &self)
    }
  }

  private mutating func lookUp(logins: [String]) async throws {
    let known = Set(logins).compactMap { login in LoginName(login).map { (login, $0) } }
    guard !known.isEmpty else { return }
    let found = try await store.entries(named: known.map(\.1))
    for ((login, _), entries) in zip(known, found) {
      rowsByLogin[login] = entries
      for entry in entries {
        if let guid = entry.guid { rows[.guid(guid)] = entry }
      }
    }
  }

  /// Looks up rows that are not known yet.
  mutating func lookUp(rows keys: [RowKey]) async throws {
    let missing = Set(keys).filter { rows[$0] == nil }
    guard !missing.isEmpty else { return }
    rows.merge(try await store.entries(Array(missing))) { first, _ in first }
  }

  /// Looks up users, and their links.
  mutating func lookUp(users names: [String]) async throws {
    let missing = Dictionary(names.map { (CanonicalText.of($0), $0) }) { first, _ in first }
      .filter { users[$0.key] == nil }
    guard !missing.isEmpty else { return }
    for user in try await store.users(named: missing.values.sorted()) {
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

  /// Counts links as ended, so that both sides are free.
  mutating func end(_ links: [Link]) {
    for link in links {
      linksByGUID[link.guid] = nil
      linksByUser[link.userID] = nil
    }
  }

  /// Looks up which of the links in the way are of deleted directory users (U4).
  mutating func lookUpHolders(_ wishes: [LinkWish]) async throws {
    let isHeld = wishes.contains { wish in
      guard wish.action == .link, let user = wish.userName.flatMap({ users[CanonicalText.of($0)] })
      else { return false }
      return linksByUser[user.id] != nil
    }
    guard isHeld, let run = try await store.lastCompleteRun() else { return }
    deleted = Set(run.vanishedLinks.filter { $0.state == .sourceDeleted }.map(\.link.guid))
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
    throw LinkRefusal("'\(login)' matches \(names.joined(separator: " and ")): \(hint)")
  }

  /// The row of a key.
  func row(_ key: RowKey) throws -> SnapshotEntry {
    guard let entry = rows[key] else {
      throw LinkRefusal("there is no such row in the snapshot any more")
    }
    return entry
  }

  /// The row of a directory user, if it has one.
  func row(of guid: ObjectGUID) -> SnapshotEntry? { rows[.guid(guid)] }

  func user(_ name: String) throws -> UserDetail {
    guard let user = users[CanonicalText.of(name)] else {
      throw LinkRefusal("there is no user '\(name)'", remedy: .showUsers)
    }
    return user
  }

  func unknownLogin(_ login: String) -> LinkRefusal {
    LinkRefusal("there is no directory user '\(login)' in the snapshot", remedy: .showRows)
  }

  func name(of link: Link) -> String { "\(link.domain)\\\(link.login)" }

  func name(of entry: SnapshotEntry) -> String { "\(entry.domain)\\\(entry.login)" }
}
