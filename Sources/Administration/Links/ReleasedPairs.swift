internal import PluginContract
internal import TenantCore

/// The pairs that were unlinked, by either side, and by the logins of directory users that have no row any more.
struct ReleasedPairs: Sendable {
  /// Whom a typed login means that is no row's.
  struct Vanished: Sendable {
    var releases: [Release] = []
    /// What they were called; empty if nobody ever was.
    var names: Set<String> = []
  }

  private var byGUID: [ObjectGUID: [Release]] = [:]
  private var byUser: [Int64: [Release]] = [:]
  private var byLogin: [String: Vanished] = [:]
  /// What the audit calls those of whom the release does not tell it.
  private var audited: [ObjectGUID: LoginName] = [:]

  /// None.
  init() {}

  /// Reads all releases once, and the audit at most once, and looks up both sides of those that are named.
  init(_ wishes: [LinkWish], _ state: inout LinkState) async throws {
    let all = try await state.store.releases()
    byGUID = Dictionary(grouping: all, by: \.guid)
    byUser = Dictionary(grouping: all, by: \.userID)
    let relinks = wishes.filter { $0.action == .relink }
    var logins: [String] = []
    var named: [Release] = []
    for wish in relinks {
      switch wish.target {
      case .user(let name): if let user = try? state.user(name) { named += ofUser(user.id) }
      case .row(.guid(let guid)): named += of(guid)
      case .row(.record): break
      case .login(let login):
        if let entry = try? state.entry(login) {
          named += entry.guid.map { of($0) } ?? []
        } else {
          logins.append(login)
        }
      }
    }
    // Whom a login means that is no row's, is known of all of them only.
    let asked = logins.isEmpty ? named : all
    try await state.lookUp(rows: asked.map { .guid($0.guid) })
    let gone = asked.filter { [state] in state.row(of: $0.guid) == nil }
    try await find(logins, among: gone, state)
    named += logins.flatMap { byLogin[$0]?.releases ?? [] }
    try await state.lookUp(linksOf: named.map(\.guid))
    try await state.lookUp(linksOfUsers: named.map(\.userID))
    try await state.lookUp(users: named.map(\.userName))
  }

  func of(_ guid: ObjectGUID) -> [Release] { byGUID[guid] ?? [] }

  func ofUser(_ id: Int64) -> [Release] { byUser[id] ?? [] }

  func ofVanished(_ login: String) -> Vanished { byLogin[login] ?? Vanished() }

  /// What is known of a released directory user that has no row any more.
  func entry(of release: Release) -> SnapshotEntry {
    let known = audited[release.guid]
    var domain = release.domain
    if release.login.isEmpty, case .domain(let name)? = known?.qualifier { domain = name }
    return SnapshotEntry(
      domain: domain, login: release.login.isEmpty ? known?.login ?? "" : release.login,
      guid: release.guid, distinguishedName: "", flags: .unknown, attributes: [:], state: .linked,
      reason: Reason(code: ReasonCode.manual), userName: nil)
  }

  /// Finds whom typed logins mean: by what the releases say and, where that does not tell, by the audit.
  private mutating func find(
    _ logins: [String], among gone: [Release], _ state: LinkState
  ) async throws {
    let wanted = WantedLogins(logins, state.tenant.directories)
    for release in gone where !release.login.isEmpty {
      for login in wanted.meaning(domain: release.domain, login: release.login) {
        byLogin[login, default: Vanished()].releases.append(release)
        byLogin[login]?.names.insert(release.directoryUser)
      }
    }
    let isUnknown = Set(logins.filter { byLogin[$0] == nil })
    let unnamed = Set(gone.filter(\.login.isEmpty).map(\.guid))
    guard !isUnknown.isEmpty || !unnamed.isEmpty else { return }
    var seen: [String: Set<ObjectGUID>] = [:]
    try await state.store.forEachChange { change in
      guard let guid = change.guid, let login = change.login else { return }
      let domain = change.domain ?? ""
      if unnamed.contains(guid), audited[guid] == nil {
        audited[guid] = LoginName(domain: domain, login: login)
      }
      for typed in wanted.meaning(domain: domain, login: login) where isUnknown.contains(typed) {
        guard seen[typed, default: []].insert(guid).inserted else { continue }
        let released = of(guid)
        byLogin[typed, default: Vanished()].releases += released
        if !released.isEmpty || byLogin[typed]?.names.isEmpty == true {
          byLogin[typed]?.names.insert("\(domain)\\\(login)")
        }
      }
    }
  }
}

/// Logins as they were typed, to be found by what somebody is called.
struct WantedLogins: Sendable {
  private var byLogin: [String: [(typed: String, lookUp: LoginName.LookUp)]] = [:]

  init(_ logins: [String], _ directories: [Directory]) {
    for typed in Set(logins) {
      for lookUp in LoginName(typed)?.lookUps(in: directories) ?? [] {
        guard case .login(let login, _) = lookUp else { continue }
        byLogin[CanonicalText.of(login), default: []].append((typed, lookUp))
      }
    }
  }

  /// The typed logins that mean somebody with this domain and login.
  func meaning(domain: String, login: String) -> [String] {
    (byLogin[CanonicalText.of(login)] ?? [])
      .filter { $0.lookUp.fits(domain: domain, login: login) }.map(\.typed)
  }
}
