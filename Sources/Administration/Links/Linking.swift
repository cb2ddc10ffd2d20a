internal import Authorization
internal import PluginContract
internal import Reconciliation
internal import TenantCore

extension LinkState {
  /// A directory user and a tenant user who are to be linked.
  struct NewPair: Sendable {
    var guid: ObjectGUID
    var entry: SnapshotEntry
    var user: UserDetail
    /// The link whose directory user is deleted and that this one replaces.
    var replaced: Link?
  }

  /// The pair that a wish links by hand (U4).
  func pair(linkedBy wish: LinkWish) throws -> NewPair {
    let entry = try entry(of: wish.target)
    guard let userName = wish.userName else {
      throw LinkRefusal("say to whom \(name(of: entry)) is to be linked")
    }
    let user = try user(userName)
    guard let guid = entry.guid, !entry.login.isEmpty else {
      throw LinkRefusal(
        "\(name(of: entry)) cannot be linked: \(entry.reason.message(for: entry.state))")
    }
    if let link = linksByGUID[guid] {
      let rest = link.userID == user.id ? "already" : "to '\(link.userName)'; unlink that first"
      throw LinkRefusal("\(name(of: entry)) is linked \(rest)")
    }
    return NewPair(guid: guid, entry: entry, user: user, replaced: try replaceableLink(of: user))
  }

  private func entry(of target: LinkTarget) throws -> SnapshotEntry {
    switch target {
    case .row(let key): return try row(key)
    case .user(let name): throw LinkRefusal("'\(name)' is a user; name the directory user")
    case .login(let login):
      guard let entry = try entry(login) else { throw unknownLogin(login) }
      return entry
    }
  }

  /// A link whose directory user is deleted may be replaced; any other holds the user.
  private func replaceableLink(of user: UserDetail) throws -> Link? {
    guard let link = linksByUser[user.id] else { return nil }
    guard deleted.contains(link.guid) else {
      throw LinkRefusal(
        "the user '\(user.userName)' is linked to \(name(of: link)); unlink that first")
    }
    return link
  }

  /// The new link, with what the user takes.
  func link(_ pair: NewPair, _ change: EditedUser, comment: String?) -> LinkEdit {
    var entry = pair.entry
    entry.state = .linked
    entry.userName = pair.user.userName
    entry.reason = Reason(code: ReasonCode.manual, candidates: [pair.user.userName])
    return .link(
      entry: entry, userID: pair.user.id, reason: entry.reason, change: change,
      replaced: pair.replaced, comment: comment)
  }

  /// What each user takes from the directory (S1, S2, S4). All users are read once, and only if somebody takes
  /// anything.
  func changes(of pairs: [NewPair]) async throws -> [(user: EditedUser, conflicts: [String])] {
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
        throw Failure(.notAvailable, "there is no user '\(name)' any more", remedy: .showUsers)
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
