internal import Authorization
internal import PluginContract
internal import TenantCore

/// What changes of links by hand are decided on, as it stands under the tenant's lock.
struct LinkState: Sendable {
  /// A change and what is said of it.
  struct Decision: Sendable {
    var edit: LinkEdit
    var sentences: [String]
  }

  let tenant: Tenant
  let store: any TenantStoring
  let moment: Timestamp
  let linksByGUID: [ObjectGUID: Link]
  let linksByUser: [Int64: Link]
  let releases: [Release]

  init(_ tenant: Tenant, store: any TenantStoring, moment: Timestamp) async throws {
    self.tenant = tenant
    self.store = store
    self.moment = moment
    let links = try await store.links()
    linksByGUID = Dictionary(links.map { ($0.guid, $0) }) { first, _ in first }
    linksByUser = Dictionary(links.map { ($0.userID, $0) }) { first, _ in first }
    releases = try await store.releases()
  }

  /// Decides for each that is named, gathering what cannot be done.
  func each(
    _ targets: [LinkTarget], _ decide: (LinkTarget) async throws -> Decision
  ) async throws -> [Decision] {
    var decisions: [Decision] = []
    var problems: [Failure] = []
    for target in targets {
      do {
        let decision = try await decide(target)
        if !decisions.contains(where: { $0.edit == decision.edit }) { decisions.append(decision) }
      } catch let error as LinkEditError {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw LinkEditError(problems: problems) }
    return decisions
  }

  // MARK: - Looking up

  /// The row that a typed login means; nil if there is none.
  func entry(_ login: String) async throws -> SnapshotEntry? {
    guard let name = LoginName(login) else { return nil }
    let entries = try await store.entries(named: name)
    guard entries.count > 1 else { return entries.first }
    let names = entries.map { "\($0.domain)\\\($0.login)" }
    let hint =
      Set(entries.map { CanonicalText.of($0.domain) }).count > 1
      ? "write it with its domain" : "the directory has the login more than once"
    throw refusal("'\(login)' matches \(names.joined(separator: " and ")): \(hint)")
  }

  /// The row of a key.
  func row(_ key: RowKey) async throws -> SnapshotEntry {
    guard let entry = try await store.entry(key) else {
      throw refusal("there is no such row in the snapshot any more")
    }
    return entry
  }

  func user(_ name: String) async throws -> UserDetail {
    guard let user = try await store.user(named: name) else {
      throw refusal("there is no user '\(name)'", remedy: .showUsers)
    }
    return user
  }

  func unknownLogin(_ login: String) -> LinkEditError {
    refusal("there is no directory user '\(login)' in the snapshot", remedy: .showRows)
  }

  func refusal(_ problem: String, remedy: Remedy? = nil) -> LinkEditError {
    LinkEditError(problems: [Failure(.notAvailable, problem, remedy: remedy)])
  }

  func name(of link: Link) -> String { "\(link.domain)\\\(link.login)" }

  func name(of entry: SnapshotEntry) -> String { "\(entry.domain)\\\(entry.login)" }
}
