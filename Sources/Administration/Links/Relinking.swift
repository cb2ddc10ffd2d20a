internal import Authorization
internal import PluginContract
internal import TenantCore

extension LinkState {
  /// The released pair that a wish restores, if both are free (U3, U5).
  func pair(relinkedBy wish: LinkWish) throws -> NewPair {
    let release = try release(of: wish)
    if let holder = linksByUser[release.userID] {
      throw LinkRefusal(
        "the user '\(release.userName)' is linked to \(name(of: holder)); unlink that first")
    }
    let entry = row(of: release.guid) ?? releases.entry(of: release)
    if let link = linksByGUID[release.guid] {
      throw LinkRefusal("\(name(of: entry)) is linked to '\(link.userName)'; unlink that first")
    }
    return NewPair(guid: release.guid, entry: entry, user: try user(release.userName))
  }

  private func release(of wish: LinkWish) throws -> Release {
    var (found, what) = try releases(of: wish.target)
    if let name = wish.userName {
      let user = CanonicalText.of(name)
      found.removeAll { CanonicalText.of($0.userName) != user }
      what += " and '\(name)'"
    }
    guard let release = found.first else {
      throw LinkRefusal("\(what) has no released pair", remedy: .showHistory)
    }
    guard found.count == 1 else {
      let names = found.map { "'\($0.userName)'" }.joined(separator: " and ")
      throw LinkRefusal("\(what) was unlinked more than once (\(names))", remedy: .link)
    }
    return release
  }

  private func releases(of target: LinkTarget) throws -> ([Release], String) {
    switch target {
    case .user(let name):
      return (releases.ofUser(try user(name).id), "the user '\(name)'")
    case .row(let key):
      if case .guid(let guid) = key, row(of: guid) == nil, let gone = releases.of(guid).first {
        return (releases.of(guid), gone.directoryUser)
      }
      let entry = try row(key)
      return (entry.guid.map { releases.of($0) } ?? [], self.name(of: entry))
    case .login(let login):
      if let entry = try entry(login) {
        return (entry.guid.map { releases.of($0) } ?? [], self.name(of: entry))
      }
      let found = releases.ofVanished(login)
      guard !found.names.isEmpty else { throw unknownLogin(login) }
      guard Set(found.names.map(CanonicalText.of)).count == 1 else {
        throw LinkRefusal(
          "'\(login)' matches \(found.names.sorted().joined(separator: " and ")): "
            + "write it with its domain")
      }
      return (found.releases, "'\(login)'")
    }
  }
}
