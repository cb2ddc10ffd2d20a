internal import Authorization
internal import PluginContract
internal import TenantCore

extension LinkState {
  /// Restores a released pair, if both are free (U3, U5).
  func relink(_ target: LinkTarget) async throws -> Decision {
    let release = try await release(of: target)
    if let holder = linksByUser[release.userID] {
      throw refusal(
        "the user '\(release.userName)' is linked to \(name(of: holder)); unlink that first")
    }
    let entry = try await entry(of: release)
    if let link = linksByGUID[release.guid] {
      throw refusal("\(name(of: entry)) is linked to '\(link.userName)'; unlink that first")
    }
    let user = try await user(release.userName)
    return try await decision(linking: entry, to: user, replaced: nil)
  }

  private func release(of target: LinkTarget) async throws -> Release {
    let (found, what) = try await releases(of: target)
    guard let release = found.first else {
      throw refusal("\(what) has no released pair", remedy: .showHistory)
    }
    guard found.count == 1 else {
      let names = found.map { "'\($0.userName)'" }.joined(separator: " and ")
      throw refusal(
        "\(what) was unlinked more than once (\(names))", remedy: .link)
    }
    return release
  }

  private func releases(of target: LinkTarget) async throws -> ([Release], String) {
    switch target {
    case .user(let name):
      let user = try await user(name)
      return (releases.filter { $0.userID == user.id }, "the user '\(name)'")
    case .row(let key):
      let entry = try await row(key)
      return (releases.filter { $0.guid == entry.guid }, self.name(of: entry))
    case .login(let login):
      if let entry = try await entry(login) {
        return (releases.filter { $0.guid == entry.guid }, self.name(of: entry))
      }
      return (try await releases(ofVanished: login), "'\(login)'")
    }
  }

  /// The released pairs of a directory user that has no row any more, by what the audit knows.
  private func releases(ofVanished login: String) async throws -> [Release] {
    guard let name = LoginName(login) else { throw unknownLogin(login) }
    let changes = try await store.changes(before: nil, ofLogin: name, limit: .max)
      .map(\.change).filter { $0.guid != nil }
    guard !changes.isEmpty else { throw unknownLogin(login) }
    let released = releases.filter { release in changes.contains { $0.guid == release.guid } }
    let owners = Set(released.map(\.guid)).compactMap { guid in
      changes.first { $0.guid == guid }.map { "\($0.domain ?? "")\\\($0.login ?? "")" }
    }
    guard Set(owners.map(CanonicalText.of)).count <= 1 else {
      throw refusal(
        "'\(login)' matches \(owners.sorted().joined(separator: " and ")): "
          + "write it with its domain")
    }
    return released
  }

  /// The released directory user's row or, if it is gone, what the audit knows of it.
  private func entry(of release: Release) async throws -> SnapshotEntry {
    if let entry = try await store.entry(guid: release.guid) { return entry }
    let change = try await store.latestChange { $0.guid == release.guid }
    return SnapshotEntry(
      domain: change?.domain ?? "", login: change?.login ?? "", guid: release.guid,
      distinguishedName: "", flags: .unknown, attributes: [:], state: .linked,
      reason: Reason(code: ReasonCode.manual), userName: nil)
  }
}
