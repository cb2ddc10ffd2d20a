internal import Authorization
internal import PluginContract
internal import Reconciliation
internal import TenantCore

extension LinkState {
  /// A directory user and a tenant user who are to be linked.
  struct NewPair {
    var entry: SnapshotEntry
    var user: UserDetail
    /// The link whose directory user is deleted and that this one replaces.
    var replaced: Link?
  }

  /// Links pairs by hand (U4): all, or none. What two of them would newly hold goes to neither (S4), and
  /// nobody is linked twice.
  mutating func link(_ pairs: [LinkPair]) async throws -> [Decision] {
    try await lookUp(pairs.map(\.target))
    try await lookUp(users: pairs.map(\.userName))
    let vanished = try await store.lastCompleteRun()?.vanishedLinks ?? []
    let deleted = Set(vanished.filter { $0.state == .sourceDeleted }.map(\.link.guid))
    var chosen = ChosenPairs()
    let new = try await each(pairs) { pair in
      let new = try newPair(pair, deleted: deleted)
      if let problem = chosen.add(new, named: name(of: new.entry)) { throw refusal(problem) }
      return new
    }
    return try await decisions(linking: new)
  }

  private func newPair(_ pair: LinkPair, deleted: Set<ObjectGUID>) throws -> NewPair {
    let entry = try entry(of: pair.target)
    let user = try user(pair.userName)
    guard let guid = entry.guid, !entry.login.isEmpty else {
      throw refusal(
        "\(name(of: entry)) cannot be linked: \(entry.reason.message(for: entry.state))")
    }
    if let link = linksByGUID[guid] {
      let rest = link.userID == user.id ? "already" : "to '\(link.userName)'; unlink that first"
      throw refusal("\(name(of: entry)) is linked \(rest)")
    }
    return NewPair(entry: entry, user: user, replaced: try replaceableLink(of: user, deleted))
  }

  private func entry(of target: LinkTarget) throws -> SnapshotEntry {
    switch target {
    case .row(let key): return try row(key)
    case .user(let name): throw refusal("'\(name)' is a user; name the directory user")
    case .login(let login):
      guard let entry = try entry(login) else { throw unknownLogin(login) }
      return entry
    }
  }

  /// A link whose directory user is deleted may be replaced; any other holds the user.
  private func replaceableLink(of user: UserDetail, _ deleted: Set<ObjectGUID>) throws -> Link? {
    guard let link = linksByUser[user.id] else { return nil }
    guard deleted.contains(link.guid) else {
      throw refusal(
        "the user '\(user.userName)' is linked to \(name(of: link)); unlink that first")
    }
    return link
  }

  /// The links with what the users take from the directory (S1, S2, S4).
  func decisions(linking pairs: [NewPair]) async throws -> [Decision] {
    let changes = try await changes(of: pairs)
    return zip(pairs, changes).map { pair, change in
      var entry = pair.entry
      entry.state = .linked
      entry.userName = pair.user.userName
      entry.reason = Reason(code: ReasonCode.manual, candidates: [pair.user.userName])
      let linked = LinkedPair(pair, change.user, conflicts: change.conflicts)
      return Decision(
        edit: .link(
          entry: entry, userID: pair.user.id, reason: entry.reason, change: change.user,
          replaced: pair.replaced),
        sentences: linked.sentences, pair: linked)
    }
  }

  /// What each user takes. All users are read once, and only if somebody takes anything.
  private func changes(
    of pairs: [NewPair]
  ) async throws -> [(user: EditedUser, conflicts: [String])] {
    var changes = pairs.map {
      (user: EditedUser(userName: $0.user.userName), conflicts: [String]())
    }
    let told = pairs.indices.filter {
      !pairs[$0].entry.login.isEmpty && !pairs[$0].entry.attributes.isEmpty
    }
    guard !told.isEmpty else { return changes }
    let users = try await store.users()
    var numbers: [Int] = []
    for pair in told {
      let name = pairs[pair].user.userName
      guard let number = users.number(ofName: name) else {
        throw refusal("there is no user '\(name)' any more")
      }
      numbers.append(number)
    }
    let taken = HandLinks(of: told.map { pairs[$0].entry }, to: numbers, in: users, tenant: tenant)
    for (index, pair) in told.enumerated() {
      changes[pair].user.recording = taken.changes[index]?.recording ?? []
      changes[pair].user.windowsLogin = taken.changes[index]?.windowsLogin
      changes[pair].conflicts = taken.findings[index].map(\.message)
    }
    return changes
  }
}

/// Who was chosen so far, of pairs that are linked at once.
private struct ChosenPairs {
  private var users: [ObjectGUID: String] = [:]
  private var logins: [Int64: String] = [:]

  /// - Returns: what is wrong, if either is chosen already.
  mutating func add(_ pair: LinkState.NewPair, named login: String) -> String? {
    if let guid = pair.entry.guid, let other = users.updateValue(pair.user.userName, forKey: guid) {
      return "\(login) is named twice: for '\(other)' and for '\(pair.user.userName)'"
    }
    if let other = logins.updateValue(login, forKey: pair.user.id) {
      return "the user '\(pair.user.userName)' is named twice: for \(other) and for \(login)"
    }
    return nil
  }
}
