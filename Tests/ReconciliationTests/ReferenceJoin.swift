import PluginContract
import TenantCore

@testable import Reconciliation

/// What a plan decides, worked out slowly and plainly with dictionaries, sets and strings: every row is
/// held against every user. What is fast is held against this.
struct ReferenceJoin {
  typealias Row = ReferenceRecords.Row
  typealias User = ReferenceRecords.User

  /// State, user, reason's code and candidates of a row.
  struct Decided: Equatable, CustomStringConvertible {
    var login: String
    var state: RowState
    var user: String?
    var code: String?
    var candidates: [String] = []

    var description: String {
      "\(login): \(state) \(user ?? "-") \(code ?? "-") \(candidates)"
    }
  }

  let input: PlannerInput
  let mode: TierMode
  let rows: [Row]
  let users: [User]
  private var decided: [Decided?]
  private var takenBy: [Int: Int] = [:]
  private var onlyInactive: [Int: [Int]] = [:]
  private var claimed: Set<Int> = []

  init(_ scenario: Scenario) async throws {
    input = try await scenario.input()
    let matcher = scenario.matcher
    mode = matcher.mode
    let records = try ReferenceRecords(input, matcher)
    (rows, users) = (records.rows, records.users)
    decided = rows.map { _ in nil }
  }

  private var links: [Link] { (0..<input.links.count).map { input.links[$0] } }

  mutating func decide() -> [Decided] {
    for link in links {
      if let user = users.firstIndex(where: { $0.id == link.userID }) { takenBy[user] = -1 }
    }
    for row in rows.indices { settle(row) }
    let tiers = Set(rows.flatMap(\.keys).map(\.tier) + users.flatMap(\.keys).map(\.tier)).sorted()
    let groups = mode == .first ? tiers.map { [$0] } : [tiers]
    for group in groups { decide(Set(group)) }
    for row in rows.indices where decided[row] == nil { explain(row) }
    for row in rows.indices where decided[row]?.state == .linked {
      if isStale(row, tiers) { decided[row]?.state = .linkedStale }
    }
    return decided.compactMap(\.self)
  }

  /// The users that nobody claims, by name.
  var unclaimed: [String] {
    users.indices.filter { takenBy[$0] == nil && !claimed.contains($0) }.map { users[$0].name }
      .sorted()
  }

  private mutating func settle(_ row: Int) {
    let record = Int(rows[row].place.record)
    let link = links.first { $0.guid == rows[row].guid }
    func set(_ state: RowState, _ user: String?, _ code: String?, _ candidates: [String] = []) {
      decided[row] = Decided(
        login: rows[row].login, state: state, user: user, code: code, candidates: candidates)
    }
    if let link, let user = users.first(where: { $0.id == link.userID }) {
      set(.linked, user.name, nil)
    } else if let rule = rows[row].batch.exclusions[record] {
      set(.excluded, nil, "rule:\(rule.rawValue)")
    } else if rows[row].batch.faults[record] != nil {
      set(.invalid, nil, ReasonCode.undecodable)
    } else if let link {
      set(.unmatched, nil, ReasonCode.userMissing, [link.userName])
    } else if case .skip(let rule) = rows[row].verdict {
      set(.excluded, nil, "rule:\(rule)")
    } else if case .fail = rows[row].verdict {
      set(.failed, nil, ReasonCode.matcherError)
    } else if let link = recreated(row) {
      set(.contested, nil, ReasonCode.recreatedAccount, [link.userName])
    }
  }

  /// M15: the link of a deleted account that had the row's login.
  private func recreated(_ row: Int) -> Link? {
    let domain = input.tenant.directories[rows[row].batch.directory].domain
    return links.filter { link in
      users.contains { $0.id == link.userID } && !rows.contains { $0.guid == link.guid }
        && input.presence[link.guid, default: .deleted] == .deleted
        && CanonicalText.of(link.domain) == CanonicalText.of(domain)
        && CanonicalText.of(link.login) == CanonicalText.of(rows[row].login)
    }.last
  }

  private func matches(_ row: Int, _ user: Int, _ tiers: Set<Int>) -> Bool {
    let (mine, theirs) = (rows[row].keys, users[user].keys)
    let common = mine.intersection(theirs).filter { tiers.contains($0.tier) }
    let both = Set(mine.map(\.tier)).intersection(theirs.map(\.tier)).intersection(tiers)
    return !common.isEmpty && both.isSubset(of: common.map(\.tier))
  }

  private func isHeld(_ user: Int) -> Bool {
    input.releases.contains {
      $0.userID == users[user].id && $0.hold != .ended
        && $0.holds(ComparedValues(of: user, in: input.users))
    }
  }

  private func isReleased(_ row: Int, _ user: Int) -> Bool {
    input.releases.contains { $0.userID == users[user].id && $0.guid == rows[row].guid }
  }

  private func isFree(_ user: Int) -> Bool {
    users[user].isActive && takenBy[user] == nil && !isHeld(user)
  }

  private mutating func decide(_ tiers: Set<Int>) {
    let open = rows.indices.filter { row in
      decided[row] == nil && rows[row].keys.contains { tiers.contains($0.tier) }
    }
    var free: [Int: [Int]] = [:]
    for row in open {
      free[row] = users.indices.filter {
        matches(row, $0, tiers) && isFree($0) && !isReleased(row, $0)
      }
    }
    var found: [Int: Int] = [:]
    for row in open {
      let fitting = users.indices.filter { matches(row, $0, tiers) }
      let mine = free[row] ?? []
      let others = fitting.filter { !mine.contains($0) }
      let released = others.filter { isReleased(row, $0) }
      let rest = others.filter { !isReleased(row, $0) && users[$0].isActive }
      let taken = rest.filter { takenBy[$0] != nil }
      let held = rest.filter { takenBy[$0] == nil }
      func set(_ state: RowState, _ user: Int?, _ code: String?, _ candidates: [Int]) {
        decided[row] = Decided(
          login: rows[row].login, state: state, user: user.map { users[$0].name }, code: code,
          candidates: names(candidates))
      }
      if mine.count > 1 {
        claimed.formUnion(mine)
        set(.ambiguous, nil, ReasonCode.severalUsers, mine)
      } else if let user = mine.first {
        if open.contains(where: { $0 != row && free[$0]?.contains(user) == true }) {
          claimed.insert(user)
          set(.contested, nil, ReasonCode.severalDirectoryUsers, [user])
        } else {
          found[row] = user
          set(.found, user, nil, [])
        }
      } else if !released.isEmpty {
        claimed.insert(first(released))
        set(.released, nil, ReasonCode.releasedBy, [first(released)])
      } else if !taken.isEmpty {
        set(.contested, nil, ReasonCode.takenBy, taken)
      } else if !held.isEmpty {
        claimed.insert(first(held))
        set(.contested, nil, ReasonCode.held, held)
      } else if !others.isEmpty, onlyInactive[row] == nil {
        onlyInactive[row] = others
      }
    }
    for (row, user) in found { takenBy[user] = row }
  }

  private mutating func explain(_ row: Int) {
    let code: String
    var candidates: [Int] = []
    if let inactive = onlyInactive[row] {
      (code, candidates) = (ReasonCode.onlyInactiveUser, inactive)
    } else if let (kind, user) = nearest(row) {
      (code, candidates) = (kind.rawValue, [user])
    } else {
      code = rows[row].keys.isEmpty ? ReasonCode.noKeyValue : ReasonCode.noCandidate
    }
    decided[row] = Decided(
      login: rows[row].login, state: .unmatched, user: nil, code: code,
      candidates: names(candidates))
  }

  /// The nearest kind first, then the tier, then the user's name.
  private func nearest(_ row: Int) -> (NearMissKind, Int)? {
    for kind in NearMissKind.allCases {
      for tier in Set(rows[row].near.map(\.tier)).sorted() {
        for key in rows[row].near where key.kind == kind && key.tier == tier {
          let near = users.indices.filter { isFree($0) && users[$0].near.contains(key) }
          guard !near.isEmpty else { continue }
          let user = first(near)
          let same = rows[row].keys.intersection(users[user].keys).contains { $0.tier == tier }
          if !same { return (kind, user) }
        }
      }
    }
    return nil
  }

  private func isStale(_ row: Int, _ tiers: [Int]) -> Bool {
    guard let user = users.firstIndex(where: { $0.name == decided[row]?.user }) else {
      return false
    }
    // In each tier: agrees, points to an active user elsewhere, or says nothing.
    let agrees = tiers.map { tier -> Bool? in
      let keys = rows[row].keys.filter { $0.tier == tier }
      if !keys.isDisjoint(with: users[user].keys) { return true }
      return users.contains { $0.isActive && !keys.isDisjoint(with: $0.keys) } ? false : nil
    }
    if mode == .all { return agrees.contains(false) }
    return agrees.compactMap(\.self).first == false
  }

  private func first(_ users: [Int]) -> Int {
    users.min { CanonicalText.of(self.users[$0].name) < CanonicalText.of(self.users[$1].name) }
      ?? 0
  }

  private func names(_ users: [Int]) -> [String] {
    users.map { self.users[$0].name }.sorted { CanonicalText.of($0) < CanonicalText.of($1) }
  }
}
