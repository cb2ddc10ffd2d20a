internal import Authorization
internal import PluginContract
internal import TenantCore

extension LinkState {
  /// Unlinks pairs (U1, U2); one that is named twice once.
  mutating func unlink(
    _ targets: [LinkTarget], actor: String, comment: String?
  ) async throws -> [Decision] {
    try await lookUp(targets)
    let vanished = try await VanishedLogins(
      targets.compactMap { if case .login(let login) = $0 { login } else { nil } }, &self)
    let links = try await each(targets) { try link(of: $0, vanished) }
    try await lookUp(rows: links.map { .guid($0.guid) })
    var seen: Set<ObjectGUID> = []
    return links.filter { seen.insert($0.guid).inserted }.map {
      unlink($0, actor: actor, comment: comment)
    }
  }

  private func unlink(_ link: Link, actor: String, comment: String?) -> Decision {
    var entry = row(of: link.guid)
    let release = Release(
      guid: link.guid, userID: link.userID, userName: link.userName, domain: link.domain,
      login: link.login, actor: actor, releasedAt: moment, comment: comment)
    entry?.state = .released
    entry?.userName = nil
    entry?.reason = Reason(
      code: ReasonCode.releasedBy, candidates: [link.userName],
      detail: release.circumstances)
    return Decision(
      edit: .unlink(link: link, entry: entry),
      sentences: [
        "\(name(of: link)) is unlinked from '\(link.userName)': values stay, the Windows login may "
          + "be edited, the pair is not linked again until somebody allows it, and "
          + "'\(link.userName)' is held: no run links it to anybody until its Windows login or "
          + "another value that is compared is changed"
      ])
  }

  private func link(of target: LinkTarget, _ vanished: VanishedLogins) throws -> Link {
    switch target {
    case .user(let userName):
      let user = try user(userName)
      guard let link = user.link else { throw refusal("the user '\(userName)' is not linked") }
      return link
    case .row(let key): return try link(of: try row(key))
    case .login(let login):
      let entry = try entry(login)
      let vanished = vanished.links(of: login, beside: entry)
      if let entry, vanished.isEmpty { return try link(of: entry) }
      guard let link = vanished.first else { throw unknownLogin(login) }
      guard entry == nil, vanished.count == 1 else {
        let rows = entry.map { [name(of: $0)] } ?? []
        let names = rows + vanished.map { "\(name(of: $0)) ('\($0.userName)')" }.sorted()
        throw refusal(
          "'\(login)' matches \(names.joined(separator: " and "))", remedy: .nameUser)
      }
      return link
    }
  }

  private func link(of entry: SnapshotEntry) throws -> Link {
    guard let link = entry.guid.flatMap({ linksByGUID[$0] }) else {
      throw refusal("\(name(of: entry)) is not linked (\(entry.state.rawValue))")
    }
    return link
  }
}
