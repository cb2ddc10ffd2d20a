internal import Authorization
internal import PluginContract
internal import TenantCore

extension LinkState {
  /// Restores released pairs, if both are free (U3, U5); one that is named twice once.
  mutating func relink(_ targets: [LinkTarget]) async throws -> [Decision] {
    try await lookUp(targets)
    let releases = Releases(try await store.releases())
    let found = try await each(targets) { target in
      try await release(of: target, among: releases)
    }
    try await lookUp(linksOf: found.map(\.guid))
    try await lookUp(linksOfUsers: found.map(\.userID))
    try await lookUp(rows: found.map { .guid($0.guid) })
    try await lookUp(users: found.map(\.userName))
    let pairs = try await each(found) { try await pair(of: $0) }
    var seen: Set<ObjectGUID> = []
    return try await decisions(
      linking: pairs.filter { $0.entry.guid.map { seen.insert($0).inserted } ?? false })
  }

  /// All releases, by either side.
  private struct Releases {
    private let byGUID: [ObjectGUID: [Release]]
    private let byUser: [Int64: [Release]]

    init(_ releases: [Release]) {
      byGUID = Dictionary(grouping: releases, by: \.guid)
      byUser = Dictionary(grouping: releases, by: \.userID)
    }

    func of(_ guid: ObjectGUID?) -> [Release] { guid.flatMap { byGUID[$0] } ?? [] }

    func ofUser(_ id: Int64) -> [Release] { byUser[id] ?? [] }
  }

  private func pair(of release: Release) async throws -> NewPair {
    if let holder = linksByUser[release.userID] {
      throw refusal(
        "the user '\(release.userName)' is linked to \(name(of: holder)); unlink that first")
    }
    let entry = try await entry(of: release)
    if let link = linksByGUID[release.guid] {
      throw refusal("\(name(of: entry)) is linked to '\(link.userName)'; unlink that first")
    }
    return NewPair(entry: entry, user: try user(release.userName))
  }

  private func release(
    of target: LinkTarget, among all: Releases
  ) async throws -> Release {
    let (found, what) = try await releases(of: target, among: all)
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

  private func releases(
    of target: LinkTarget, among all: Releases
  ) async throws -> ([Release], String) {
    switch target {
    case .user(let name):
      return (all.ofUser(try user(name).id), "the user '\(name)'")
    case .row(let key):
      let entry = try row(key)
      return (all.of(entry.guid), self.name(of: entry))
    case .login(let login):
      if let entry = try entry(login) { return (all.of(entry.guid), self.name(of: entry)) }
      return (try await releases(ofVanished: login, among: all), "'\(login)'")
    }
  }

  /// The released pairs of a directory user that has no row any more, by what the audit knows.
  private func releases(
    ofVanished login: String, among all: Releases
  ) async throws -> [Release] {
    guard let name = LoginName(login) else { throw unknownLogin(login) }
    let changes = try await store.changes(before: nil, ofLogin: name, limit: .max)
      .map(\.change).filter { $0.guid != nil }
    guard !changes.isEmpty else { throw unknownLogin(login) }
    let guids = Set(changes.compactMap(\.guid))
    let released = guids.sorted().flatMap { all.of($0) }
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
    if let entry = row(of: release.guid) { return entry }
    let change = try await store.latestChange { $0.guid == release.guid }
    return SnapshotEntry(
      domain: change?.domain ?? "", login: change?.login ?? "", guid: release.guid,
      distinguishedName: "", flags: .unknown, attributes: [:], state: .linked,
      reason: Reason(code: ReasonCode.manual), userName: nil)
  }
}
