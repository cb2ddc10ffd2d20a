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

  /// Links one pair by hand (U4).
  mutating func link(_ target: LinkTarget, to userName: String) async throws -> [Decision] {
    try await lookUp([target])
    let entry = try entry(of: target)
    try await lookUp(users: [userName])
    let user = try user(userName)
    guard let guid = entry.guid, !entry.login.isEmpty else {
      throw refusal(
        "\(name(of: entry)) cannot be linked: \(entry.reason.message(for: entry.state))")
    }
    if let link = linksByGUID[guid] {
      let rest = link.userID == user.id ? "already" : "to '\(link.userName)'; unlink that first"
      throw refusal("\(name(of: entry)) is linked \(rest)")
    }
    let replaced = try await replaceableLink(of: user)
    return try await decisions(
      linking: [NewPair(entry: entry, user: user, replaced: replaced)])
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
  private func replaceableLink(of user: UserDetail) async throws -> Link? {
    guard let link = linksByUser[user.id] else { return nil }
    let vanished = try await store.lastCompleteRun()?.vanishedLinks ?? []
    let isDeleted = vanished.contains { $0.link.guid == link.guid && $0.state == .sourceDeleted }
    guard isDeleted else {
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
      var sentences = ["\(name(of: entry)) is linked to '\(pair.user.userName)' by hand"]
      if let replaced = pair.replaced {
        sentences.append(
          "it replaces the link to the deleted \(name(of: replaced)) (\(replaced.guid))")
      }
      return Decision(
        edit: .link(
          entry: entry, userID: pair.user.id, reason: entry.reason, change: change.user,
          replaced: pair.replaced),
        sentences: sentences + change.conflicts)
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
