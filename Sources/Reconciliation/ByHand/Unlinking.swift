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
      login: link.login, actor: actor, releasedAt: moment.description, comment: comment)
    entry?.state = .released
    entry?.userName = nil
    entry?.reason = Reason(
      code: ReasonCode.releasedBy, candidates: [link.userName],
      detail: release.circumstances)
    return Decision(
      edit: .unlink(link: link, entry: entry),
      sentences: [
        "\(name(of: link)) is unlinked from '\(link.userName)': values stay, the Windows login may "
          + "be edited, and the pair is not linked again until 'tenantctl relink'",
        "'\(link.userName)' is held: no run links it to anybody until its Windows login or another "
          + "value that is compared is changed, or it is linked by hand",
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
      if let entry = try await entry(login) { return try link(of: entry) }
      return try vanishedLink(login)
    }
  }

  private func link(of entry: SnapshotEntry) throws -> Link {
    guard let link = entry.guid.flatMap({ linksByGUID[$0] }) else {
      throw refusal("\(name(of: entry)) is not linked (\(entry.state.rawValue))")
    }
    return link
  }

  /// The link of a directory user that has no row any more.
  private func vanishedLink(_ login: String) throws -> Link {
    let typed = QualifiedLogin(login)
    let folded = CanonicalText.of(typed.login)
    let links = linksByGUID.values.filter { link in
      CanonicalText.of(link.login) == folded
        && (typed.domain.map { CanonicalText.of($0) == CanonicalText.of(link.domain) } ?? true)
    }
    guard let link = links.first else { throw unknownLogin(login) }
    guard links.count == 1 else {
      let names = links.map { "\(name(of: $0)) ('\($0.userName)')" }.sorted()
      throw refusal(
        "'\(login)' fits \(names.joined(separator: " and ")): name the user with --user")
    }
    return link
  }
}
