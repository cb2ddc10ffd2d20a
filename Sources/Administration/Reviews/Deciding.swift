internal import Authorization
package import TenantCore

extension TenantSession {
  /// Decides on one or many, all or none.
  ///
  /// - Parameters:
  ///   - targets: directory users by login or row, vanished links by login or user, unclaimed users.
  ///   - number: the round that is meant; nil for whichever is open.
  ///   - seen: the last change that whoever decides has seen (``lastRowChange()``): what changed since is refused,
  ///     and all with it (V2). Nil for the facts of now, whatever they are.
  /// - Returns: one sentence for each.
  package func decide(
    _ targets: [LinkTarget], _ wish: ReviewDecision.Wish, dryRun: Bool,
    review number: Int64? = nil, seen: Int64? = nil, at moment: Timestamp = .now()
  ) async throws -> [String] {
    if let problem = wish.problem(at: moment) { throw Failure(.usage, problem) }
    let store = try await store(writable: !dryRun)
    let round = try await openRound(store, number: number)
    let reader = try await RoundReader(store, at: moment, onlyFacts: true)
    let items = try items(
      of: targets, try await ReviewSubjects(of: targets, tenant, store, reader))
    let actor = permit.actor.userName
    if dryRun {
      if let seen {
        let changed = try await store.rowsChanged(since: .change(seen))
        try Self.refuse(items.filter { changed.includes($0.subject) })
      }
    } else {
      let changed = try await store.decide(
        items.map { item in
          (
            item.subject,
            ReviewDecision(
              wish, actor: actor, at: moment, review: round.number, facts: item.facts)
          )
        }, review: round.number, seen: seen)
      let subjects = Set(changed)
      try Self.refuse(items.filter { subjects.contains($0.subject) })
    }
    return items.map { "\($0.name): \(wish.words)" }
  }

  /// The number of the last change of what a review looks at. Whoever shows rows reads it before them, and whoever
  /// decides on what was shown gives it back.
  package func lastRowChange() async throws -> Int64 {
    try await storeForReading().lastRowChange()
  }

  private static func refuse(_ changed: [RoundItem]) throws {
    guard let first = changed.first else { return }
    let most = 3
    var names = changed.prefix(most).map(\.name)
    if changed.count > most { names.append("\(changed.count - most) more") }
    let last = names.count > 1 ? names.removeLast() : nil
    let who = names.joined(separator: ", ") + (last.map { " and \($0)" } ?? "")
    let them = changed.count == 1 ? "it" : "them"
    throw Failure(
      .notAvailable,
      "\(changed.count == 1 ? first.name : who) changed since you looked at \(them): nothing is "
        + "decided; look at \(them) again")
  }

  /// Each subject once, in the order of the targets.
  private func items(
    of targets: [LinkTarget], _ subjects: ReviewSubjects
  ) throws -> [RoundItem] {
    var items: [RoundItem] = []
    var seen: Set<ReviewSubject> = []
    var problems: [Failure] = []
    for target in targets {
      do {
        let item = try subjects.item(of: target)
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

extension ChangedRows {
  /// True if what a review says of a subject may be otherwise.
  package func includes(_ subject: ReviewSubject) -> Bool {
    guard case .some(let keys) = self else { return true }
    return switch subject {
    case .row(let key): keys.contains(key)
    case .vanishedLink(let guid): keys.contains(.guid(guid))
    case .unclaimedUser: false
    }
  }
}
