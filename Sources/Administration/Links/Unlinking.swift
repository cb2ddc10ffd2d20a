internal import Authorization
internal import PluginContract
internal import TenantCore

extension LinkState {
  /// Unlinks one pair (U1, U2).
  func unlink(_ target: LinkTarget, actor: String, comment: String?) async throws -> Decision {
    let link = try await link(of: target)
    var entry = try await store.entry(guid: link.guid)
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

  private func link(of target: LinkTarget) async throws -> Link {
    switch target {
    case .user(let userName):
      let user = try await user(userName)
      guard let link = user.link else { throw refusal("the user '\(userName)' is not linked") }
      return link
    case .row(let key): return try link(of: try await row(key))
    case .login(let login):
      let entry = try await entry(login)
      let vanished = try await vanishedLinks(login, beside: entry)
      if let entry, vanished.isEmpty { return try link(of: entry) }
      guard let link = vanished.first else { throw unknownLogin(login) }
      guard entry == nil, vanished.count == 1 else {
        let rows = entry.map { [name(of: $0)] } ?? []
        let names = rows + vanished.map { "\(name(of: $0)) ('\($0.userName)')" }.sorted()
        throw refusal(
          "'\(login)' fits \(names.joined(separator: " and "))", remedy: .nameUser)
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

  /// The links of directory users that a typed login means and that have no row any more.
  ///
  /// - Parameter entry: the row that the login means as well. A principal's name that is a row's
  ///   means nobody else.
  private func vanishedLinks(_ login: String, beside entry: SnapshotEntry?) async throws -> [Link] {
    guard let name = LoginName(login) else { return [] }
    if entry != nil, case .suffix = name.qualifier { return [] }
    for lookUp in name.lookUps(in: tenant.directories) {
      var links: [Link] = []
      for link in linksByGUID.values where lookUp.fits(domain: link.domain, login: link.login) {
        if try await store.entry(guid: link.guid) == nil { links.append(link) }
      }
      if !links.isEmpty { return links }
    }
    return []
  }
}
