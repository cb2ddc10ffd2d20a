internal import Authorization
internal import PluginContract
internal import TenantCore

extension LinkState {
  /// The link that a wish ends (U1).
  func link(endedBy wish: LinkWish) throws -> Link {
    let link = try link(of: wish.target)
    if let name = wish.userName, CanonicalText.of(name) != CanonicalText.of(link.userName) {
      throw LinkRefusal("\(self.name(of: link)) is linked to '\(link.userName)', not to '\(name)'")
    }
    return link
  }

  /// The end of a link, which is remembered (U2).
  func unlink(_ link: Link, actor: String, comment: String?) -> LinkEdit {
    var entry = row(of: link.guid)
    let release = Release(
      guid: link.guid, userID: link.userID, userName: link.userName, domain: link.domain,
      login: link.login, actor: actor, releasedAt: moment, comment: comment)
    entry?.state = .released
    entry?.userName = nil
    entry?.reason = Reason(
      code: ReasonCode.releasedBy, candidates: [link.userName],
      detail: release.circumstances)
    return .unlink(link: link, entry: entry, comment: comment)
  }

  /// What it means for one.
  static func meaning(ofUnlinking link: Link) -> String {
    "values stay, the Windows login may be edited, the pair is not linked again until somebody "
      + "allows it, and '\(link.userName)' is held: no run links it to anybody until its Windows "
      + "login or another value that is compared is changed"
  }

  /// What it means for many, said once.
  static func meaning(ofUnlinking count: Int) -> String {
    "for all \(count) that are unlinked: values stay, the Windows logins may be edited, no pair is "
      + "linked again until somebody allows it, and the users are held: no run links one to anybody "
      + "until its Windows login or another value that is compared is changed"
  }

  private func link(of target: LinkTarget) throws -> Link {
    switch target {
    case .user(let userName):
      let user = try user(userName)
      guard let link = user.link else {
        throw LinkRefusal("the user '\(userName)' is not linked")
      }
      return link
    case .row(let key):
      // Whose row is gone may still have a link.
      if case .guid(let guid) = key, row(of: guid) == nil, let link = linksByGUID[guid] {
        return link
      }
      return try link(of: try row(key))
    case .login(let login):
      let entry = try entry(login)
      let vanished = vanished.links(of: login, beside: entry)
      if let entry, vanished.isEmpty { return try link(of: entry) }
      guard let link = vanished.first else { throw unknownLogin(login) }
      guard entry == nil, vanished.count == 1 else {
        let rows = entry.map { [name(of: $0)] } ?? []
        let names = rows + vanished.map { "\(name(of: $0)) ('\($0.userName)')" }.sorted()
        throw LinkRefusal(
          "'\(login)' matches \(names.joined(separator: " and "))", remedy: .nameUser)
      }
      return link
    }
  }

  private func link(of entry: SnapshotEntry) throws -> Link {
    guard let link = entry.guid.flatMap({ linksByGUID[$0] }) else {
      throw LinkRefusal("\(name(of: entry)) is not linked (\(entry.state.rawValue))")
    }
    return link
  }
}
