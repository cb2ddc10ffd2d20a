internal import Authorization
internal import OperatingSystem
internal import PluginContract
internal import Synchronization
package import TenantCore

/// What the decisions of a file did or, in a dry run, would do.
package struct FileDecisions: Sendable, Equatable {
  /// Decisions by their kinds.
  package let decided: [ReviewDecision.Kind: Int]
  /// Lines whose decision stands already.
  package let unchanged: Int
  /// Lines without a decision.
  package let blank: Int
}

extension TenantSession {
  /// Decides what a spreadsheet says, all of it or nothing.
  ///
  /// - Throws: ``Failure`` that names every wrong line.
  package func decide(
    file path: String, dryRun: Bool, at moment: Timestamp = .now()
  ) async throws -> FileDecisions {
    let store = try await store(writable: !dryRun)
    let round = try await openRound(store)
    var sheet = try await OwnThread.run { try DecisionSheet(path, at: moment) }
    let reader = try await RoundReader(store, at: moment)
    let found = SheetMatches(sheet)
    try await reader.forEachItem { found.take($0) }
    var seen: [ReviewSubject: Int] = [:]
    var decisions: [(ReviewSubject, ReviewDecision)] = []
    var unchanged = 0
    for line in sheet.lines {
      let items = found.items(of: line.target)
      guard let item = items.first, items.count == 1 else {
        sheet.refuse(line.number, Self.problem(line.target, items))
        continue
      }
      if let first = seen.updateValue(line.number, forKey: item.subject) {
        sheet.refuse(line.number, "\(item.name) is in line \(first) already")
        continue
      }
      guard !sheet.isSame(line.wish, as: item.decision?.wish) else {
        unchanged += 1
        continue
      }
      decisions.append(
        (
          item.subject,
          ReviewDecision(
            line.wish, actor: permit.actor.userName, at: moment, review: round.number,
            facts: item.facts)
        ))
    }
    if let rejection = sheet.rejection { throw rejection }
    if !dryRun, !decisions.isEmpty {
      try await store.decide(decisions, review: round.number)
    }
    return FileDecisions(
      decided: Dictionary(decisions.map { ($0.1.wish.kind, 1) }, uniquingKeysWith: +),
      unchanged: unchanged, blank: sheet.blankCount)
  }

  private static func problem(_ target: DecisionSheet.Target, _ items: [RoundItem]) -> String {
    let name =
      switch target {
      case .guid(let guid): "the objectGUID \(guid)"
      case .login(let login, let domain): "'\(domain.map { "\($0)\\" } ?? "")\(login)'"
      case .user(let user): "the user '\(user)'"
      }
    guard !items.isEmpty else { return "there is no row of \(name) in the snapshot" }
    let names = items.prefix(5).map { "\($0.name) (\($0.subject.guid?.description ?? "no GUID"))" }
    return "\(name) matches \(names.joined(separator: " and ")): name the objectGUID"
  }
}

/// The subjects that the lines of a sheet mean; the others are passed by.
private final class SheetMatches: Sendable {
  private let guids: Set<ObjectGUID>
  private let logins: Set<String>
  private let users: Set<String>
  private let found = Mutex<[DecisionSheet.Target: [RoundItem]]>([:])

  init(_ sheet: DecisionSheet) {
    var (guids, logins, users): (Set<ObjectGUID>, Set<String>, Set<String>) = ([], [], [])
    for line in sheet.lines {
      switch line.target {
      case .guid(let guid): guids.insert(guid)
      case .login(let login, _): logins.insert(login)
      case .user(let user): users.insert(user)
      }
    }
    (self.guids, self.logins, self.users) = (guids, logins, users)
  }

  func take(_ item: RoundItem) {
    if let guid = item.subject.guid, guids.contains(guid) { add(item, .guid(guid)) }
    switch item.subject {
    case .row, .vanishedLink:
      let login = CanonicalText.of(item.login)
      guard logins.contains(login) else { break }
      add(item, .login(login, domain: nil))
      add(item, .login(login, domain: CanonicalText.of(item.domain)))
    case .unclaimedUser: break
    }
    if case .row = item.subject { return }
    let user = CanonicalText.of(item.userName ?? "")
    if users.contains(user) { add(item, .user(user)) }
  }

  private func add(_ item: RoundItem, _ target: DecisionSheet.Target) {
    found.withLock { $0[target, default: []].append(item) }
  }

  func items(of target: DecisionSheet.Target) -> [RoundItem] {
    found.withLock { $0[target] ?? [] }
  }
}
