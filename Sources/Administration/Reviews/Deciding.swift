internal import Authorization
internal import PluginContract
package import TenantCore

extension TenantSession {
  /// Decides on one or many, all or none.
  ///
  /// - Parameters:
  ///   - targets: directory users by login or row, vanished links by login or user, unclaimed users.
  ///   - number: the round that is meant; nil for whichever is open.
  /// - Returns: one sentence for each.
  package func decide(
    _ targets: [LinkTarget], _ wish: ReviewDecision.Wish, dryRun: Bool,
    review number: Int64? = nil, at moment: Timestamp = .now()
  ) async throws -> [String] {
    if let problem = wish.problem(at: moment) { throw Failure(.usage, problem) }
    let store = try await store(writable: !dryRun)
    let round = try await openRound(store, number: number)
    let reader = try await RoundReader(store, at: moment, onlyFacts: true)
    let items = try await items(of: targets, ReviewSubjects(tenant, store, reader))
    let actor = permit.actor.userName
    if !dryRun {
      try await store.decide(
        items.map { item in
          (
            item.subject,
            ReviewDecision(
              wish, actor: actor, at: moment, review: round.number, facts: item.facts)
          )
        }, review: round.number)
    }
    return items.map { "\($0.name): \(wish.words)" }
  }

  /// Each subject once, in the order of the targets.
  private func items(
    of targets: [LinkTarget], _ subjects: ReviewSubjects
  ) async throws -> [RoundItem] {
    let known = try await subjects.items(ofRows: targets)
    var items: [RoundItem] = []
    var seen: Set<ReviewSubject> = []
    var problems: [Failure] = []
    for target in targets {
      do {
        let row: RoundItem? = if case .row(let key) = target { known[key] } else { nil }
        let item = if let row { row } else { try await subjects.item(of: target) }
        if seen.insert(item.subject).inserted { items.append(item) }
      } catch let failure as Failure where failure.kind == .notAvailable {
        problems.append(failure)
      }
    }
    try Self.throwAll(problems)
    return items
  }

  private static func throwAll(_ problems: [Failure]) throws {
    guard !problems.isEmpty else { return }
    let remedies = Set(problems.map(\.remedy))
    throw Failure(
      .notAvailable, problems.map(\.message).joined(separator: "\n"),
      remedy: remedies.count == 1 ? problems.first?.remedy : nil)
  }
}

extension ReviewDecision.Wish {
  /// What is decided, in a few words.
  package var words: String {
    let end = until.map { " until \($0)" } ?? ""
    let assignee = assignee.map { " for \($0)" } ?? ""
    let why = note.map { ": \($0)" } ?? ""
    return switch kind {
    case .confirmed: "confirmed\(why)"
    case .exception: "exception\(end)\(why)"
    case .toFix: "to fix\(assignee)\(why)"
    }
  }
}

/// Finds whom somebody means who decides.
struct ReviewSubjects: Sendable {
  private let tenant: Tenant
  private let store: any TenantStoring
  private let reader: RoundReader

  init(_ tenant: Tenant, _ store: any TenantStoring, _ reader: RoundReader) {
    self.tenant = tenant
    self.store = store
    self.reader = reader
  }

  /// The one subject that is meant.
  ///
  /// - Throws: ``Failure`` of kind `notAvailable` if there is none, or more than one.
  func item(of target: LinkTarget) async throws -> RoundItem {
    switch target {
    case .login(let login): try await item(ofLogin: login)
    case .user(let name): try await item(ofUser: name)
    case .row(let key): try await item(of: key)
    }
  }

  /// Those of the targets that are rows of the snapshot, read many at a time.
  func items(ofRows targets: [LinkTarget]) async throws -> [RowKey: RoundItem] {
    var found: [RowKey: RoundItem] = [:]
    var rest = targets.compactMap { target -> RowKey? in
      if case .row(let key) = target { key } else { nil }
    }[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.atOnce)
      rest = rest.dropFirst(part.count)
      for (key, entry) in try await store.entries(Array(part)) { found[key] = reader.item(entry) }
    }
    return found
  }

  /// Rows that are read together: each is whole in memory.
  private static let atOnce = 1000

  private func item(of key: RowKey) async throws -> RoundItem {
    if let entry = try await store.entry(key) { return reader.item(entry) }
    let vanished = try await store.head()?.vanishedLinks ?? []
    if case .guid(let guid) = key, let link = vanished.first(where: { $0.link.guid == guid }) {
      return reader.item(link)
    }
    throw Failure(.notAvailable, "there is no such row in the snapshot any more")
  }

  private func item(ofLogin login: String) async throws -> RoundItem {
    if let name = LoginName(login) {
      let entries = try await store.entries(named: name)
      if entries.count > 1 {
        let names = entries.map { "\($0.domain)\\\($0.login)" }.joined(separator: " and ")
        throw Failure(
          .notAvailable, "'\(login)' matches \(names): write it with its domain, or by its GUID")
      }
      if let entry = entries.first { return reader.item(entry) }
      if let link = try await vanishedLink(name, typed: login) { return reader.item(link) }
    }
    if let key = RowKey(login) { return try await item(of: key) }
    throw Failure(
      .notAvailable, "there is no directory user '\(login)' in the snapshot", remedy: .showRows)
  }

  private func vanishedLink(_ name: LoginName, typed: String) async throws -> VanishedLink? {
    let vanished = try await store.head()?.vanishedLinks ?? []
    for lookUp in name.lookUps(in: tenant.directories) {
      let links = vanished.filter { lookUp.fits(domain: $0.link.domain, login: $0.link.login) }
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

  private func item(ofUser name: String) async throws -> RoundItem {
    let key = CanonicalText.of(name)
    guard let snapshot = try await store.snapshot() else {
      throw Failure(
        .incomplete, "tenant '\(tenant.name)' has no complete run yet to review", remedy: .sync)
    }
    if let unclaimed = snapshot.unclaimed.first(where: { CanonicalText.of($0) == key }) {
      return reader.item(unclaimed: unclaimed)
    }
    let link = snapshot.vanishedLinks.first { CanonicalText.of($0.link.userName) == key }
    guard let link else {
      throw Failure(
        .notAvailable, "'\(name)' is neither an unclaimed user nor the user of a vanished link",
        remedy: .showUsers)
    }
    return reader.item(link)
  }
}
