internal import PluginContract
internal import TenantCore

/// Finds whom somebody means who decides. What all targets together need is read once.
struct ReviewSubjects: Sendable {
  private let tenant: Tenant
  private let reader: RoundReader
  private let rows: [RowKey: RoundItem]
  /// By the logins as they were typed; more than one if several match.
  private let logins: [String: [RoundItem]]
  private let vanished: VanishedLinkIndex
  /// By their canonical forms; nil if there is no snapshot, or nobody asks.
  private let unclaimed: [String: String]?

  init(
    of targets: [LinkTarget], _ tenant: Tenant, _ store: any TenantStoring, _ reader: RoundReader
  ) async throws {
    let wanted = WantedTargets(targets)
    let rows = try await Self.rows(wanted.keys, store, reader)
    let entries = wanted.names.isEmpty ? [] : try await store.entries(named: wanted.names)
    let snapshot = wanted.hasUsers ? try await store.snapshot() : nil
    let isMissed = entries.contains(where: \.isEmpty) || wanted.keys.contains { rows[$0] == nil }
    let links =
      if let snapshot { snapshot.vanishedLinks } else if isMissed {
        try await store.head()?.vanishedLinks ?? []
      } else {
        [VanishedLink]()
      }
    self.tenant = tenant
    self.reader = reader
    self.rows = rows
    logins = Dictionary(zip(wanted.logins, entries.map { $0.map(reader.item) })) { $1 }
    vanished = VanishedLinkIndex(links)
    unclaimed = snapshot.map { snapshot in
      Dictionary(snapshot.unclaimed.map { (CanonicalText.of($0), $0) }) { first, _ in first }
    }
  }

  /// The rows of the snapshot with these keys, read many at a time.
  private static func rows(
    _ keys: [RowKey], _ store: any TenantStoring, _ reader: RoundReader
  ) async throws -> [RowKey: RoundItem] {
    var found: [RowKey: RoundItem] = [:]
    var rest = keys[...]
    while !rest.isEmpty {
      let part = rest.prefix(atOnce)
      rest = rest.dropFirst(part.count)
      for (key, entry) in try await store.entries(Array(part)) { found[key] = reader.item(entry) }
    }
    return found
  }

  /// Rows that are read together: each is whole in memory.
  private static let atOnce = 1000

  /// The one subject that is meant.
  ///
  /// - Throws: ``Failure`` of kind `notAvailable` if there is none, or more than one.
  func item(of target: LinkTarget) throws -> RoundItem {
    switch target {
    case .login(let login): try item(ofLogin: login)
    case .user(let name): try item(ofUser: name)
    case .row(let key): try item(of: key)
    }
  }

  private func item(of key: RowKey) throws -> RoundItem {
    if let item = rows[key] { return item }
    if case .guid(let guid) = key, let link = vanished.byGUID[guid] { return reader.item(link) }
    throw Failure(.notAvailable, "there is no such row in the snapshot any more")
  }

  private func item(ofLogin login: String) throws -> RoundItem {
    if let name = LoginName(login) {
      let items = logins[login] ?? []
      if items.count > 1 {
        let names = items.map { "\($0.domain)\\\($0.login)" }.joined(separator: " and ")
        throw Failure(
          .notAvailable, "'\(login)' matches \(names): write it with its domain, or by its GUID")
      }
      if let item = items.first { return item }
      if let link = try vanishedLink(name, typed: login) { return reader.item(link) }
    }
    if let key = RowKey(login) { return try item(of: key) }
    throw Failure(
      .notAvailable, "there is no directory user '\(login)' in the snapshot", remedy: .showRows)
  }

  private func vanishedLink(_ name: LoginName, typed: String) throws -> VanishedLink? {
    for lookUp in name.lookUps(in: tenant.directories) {
      let links = vanished.links(lookUp)
      guard links.count < 2 else {
        let names = links.map { "\($0.link.domain)\\\($0.link.login) ('\($0.link.userName)')" }
        throw Failure(
          .notAvailable, "'\(typed)' matches \(names.joined(separator: " and "))",
          remedy: .nameUser)
      }
      if let link = links.first { return link }
    }
    return nil
  }

  private func item(ofUser name: String) throws -> RoundItem {
    let key = CanonicalText.of(name)
    guard let unclaimed else {
      throw Failure(
        .incomplete, "tenant '\(tenant.name)' has no complete run yet to review", remedy: .sync)
    }
    if let user = unclaimed[key] { return reader.item(unclaimed: user) }
    guard let link = vanished.byUser[key] else {
      throw Failure(
        .notAvailable, "'\(name)' is neither an unclaimed user nor the user of a vanished link",
        remedy: .showUsers)
    }
    return reader.item(link)
  }
}

/// What targets ask for, by its kind.
private struct WantedTargets {
  var keys: [RowKey] = []
  /// The logins as they were typed, and what they mean, one by one.
  var logins: [String] = []
  var names: [LoginName] = []
  var hasUsers = false

  init(_ targets: [LinkTarget]) {
    for target in targets {
      switch target {
      case .row(let key): keys.append(key)
      case .login(let login):
        if let name = LoginName(login) {
          logins.append(login)
          names.append(name)
        }
        if let key = RowKey(login) { keys.append(key) }
      case .user: hasUsers = true
      }
    }
  }
}

/// Vanished links by all that they are asked for by.
private struct VanishedLinkIndex: Sendable {
  let byGUID: [ObjectGUID: VanishedLink]
  /// By canonical names of users.
  let byUser: [String: VanishedLink]
  /// By canonical logins.
  private let byLogin: [String: [VanishedLink]]

  init(_ links: [VanishedLink]) {
    byGUID = Dictionary(links.map { ($0.link.guid, $0) }) { first, _ in first }
    byUser = Dictionary(links.map { (CanonicalText.of($0.link.userName), $0) }) { first, _ in first
    }
    byLogin = Dictionary(grouping: links) { CanonicalText.of($0.link.login) }
  }

  func links(_ lookUp: LoginName.LookUp) -> [VanishedLink] {
    guard case .login(let login, _) = lookUp else { return [] }
    return (byLogin[CanonicalText.of(login)] ?? []).filter {
      lookUp.fits(domain: $0.link.domain, login: $0.link.login)
    }
  }
}
