internal import Authorization
internal import PluginContract
internal import Reconciliation
internal import TenantCore

extension LinkState {
  /// Links one pair by hand (U4).
  func link(_ target: LinkTarget, to userName: String) async throws -> Decision {
    let entry = try await entry(of: target)
    let user = try await user(userName)
    guard let guid = entry.guid, !entry.login.isEmpty else {
      throw refusal(
        "\(name(of: entry)) cannot be linked: \(entry.reason.message(for: entry.state))")
    }
    if let link = linksByGUID[guid] {
      let rest = link.userID == user.id ? "already" : "to '\(link.userName)'; unlink that first"
      throw refusal("\(name(of: entry)) is linked \(rest)")
    }
    let replaced = try await replaceableLink(of: user)
    return try await decision(linking: entry, to: user, replaced: replaced)
  }

  private func entry(of target: LinkTarget) async throws -> SnapshotEntry {
    switch target {
    case .row(let key): return try await row(key)
    case .user(let name): throw refusal("'\(name)' is a user; name the directory user")
    case .login(let login):
      guard let entry = try await entry(login) else { throw unknownLogin(login) }
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

  /// The link with what the user takes from the directory (S1, S2, S4).
  func decision(
    linking entry: SnapshotEntry, to user: UserDetail, replaced: Link?
  ) async throws -> Decision {
    var entry = entry
    entry.state = .linked
    entry.userName = user.userName
    entry.reason = Reason(code: ReasonCode.manual, candidates: [user.userName])
    let (change, conflicts) = try await change(of: user, from: entry)
    var sentences = ["\(name(of: entry)) is linked to '\(user.userName)' by hand"]
    if let replaced {
      sentences.append(
        "it replaces the link to the deleted \(name(of: replaced)) (\(replaced.guid))")
    }
    return Decision(
      edit: .link(
        entry: entry, userID: user.id, reason: entry.reason, change: change, replaced: replaced),
      sentences: sentences + conflicts)
  }

  private func change(
    of user: UserDetail, from entry: SnapshotEntry
  ) async throws -> (EditedUser, [String]) {
    var edited = EditedUser(userName: user.userName)
    guard !entry.login.isEmpty, !entry.attributes.isEmpty else { return (edited, []) }
    let users = try await store.users()
    let folded = CanonicalText.of(user.userName)
    guard
      let number = (0..<users.count).first(where: {
        CanonicalText.of(users.userName(of: $0)) == folded
      })
    else { throw refusal("there is no user '\(user.userName)' any more") }
    let (change, findings) = HandLink(of: entry, in: tenant).change(of: number, in: users)
    edited.recording = change?.recording ?? []
    edited.windowsLogin = change?.windowsLogin
    return (edited, findings.map(\.message))
  }
}
