internal import PluginContract
internal import TenantCore

/// Decides the open rows, tier by tier, each over the whole set before the next begins (M8, M11).
struct TierDecider {
  private let join: Join
  private let writer: ReasonWriter
  private let releases: [ObjectGUID: [Release]]
  private let missing: MissingCandidates
  var availability: Availability
  var decisions: Decisions
  /// For rows that only inactive users match (M10): the first tier's, with the row's key.
  private(set) var inactive: [Int: (users: [Int], hit: RowKeys.Hit?)] = [:]
  /// Users that match an undecided row: somebody claims them.
  private(set) var claimed: Set<Int> = []
  /// The users of rows that more users match than are looked at one by one, by the rows' keys.
  private var wholeFits: [[UserIndex.Key]: [Int]] = [:]

  init(_ join: Join, availability: Availability, decisions: Decisions) {
    self.join = join
    writer = ReasonWriter(join: join)
    releases = Dictionary(grouping: join.input.releases, by: \.guid)
    missing = MissingCandidates(join)
    self.availability = availability
    self.decisions = decisions
  }

  /// Decides in the tiers of a mask, taken together.
  mutating func decide(tiers: UInt64) {
    var finder = CandidateFinder(join, tiers: tiers)
    var claims = Claims(userCount: join.users.count)
    var single: [(row: Int, user: Int)] = []
    var candidates = Candidates()
    for row in decisions.open where join.keys.tierMasks[row] & tiers != 0 {
      finder.fill(
        &candidates, row: row, guid: join.rows.guid(join.rows.places[row]),
        availability: availability)
      for user in candidates.free { claims.add(user, row: row) }
      if candidates.isCut {
        for hit in hits(row, tiers) { claims.add(wholeKey: hit.key, row: row) }
      }
      if let reason = missing.reason(for: row, tiers: tiers, free: candidates.free) {
        claimed.formUnion(candidates.free)
        decisions.decide(row, .ambiguous, because: reason)
      } else if candidates.free.count == 1 {
        single.append((row, candidates.free[0]))
      } else {
        decideUnlinked(row, candidates, tiers)
      }
    }
    for (row, user) in single { decideSingle(row, user, claims, tiers) }
    for (row, user) in single where decisions[row]?.state == .found {
      availability.take(user, row: row)
    }
  }

  private mutating func decideSingle(_ row: Int, _ user: Int, _ claims: Claims, _ tiers: UInt64) {
    let hit = hit(row, user: user, tiers)
    let others = claims.others(claiming: user, than: row, index: join.index)
    guard others.isEmpty else {
      claimed.insert(user)
      let count = max(claims.count(of: user) - 1, others.count)
      let more = count > others.count ? " and \(count - others.count) more" : ""
      decisions.decide(
        row, .contested,
        because: writer.reason(
          ReasonCode.severalDirectoryUsers, row: row, hit: hit, users: [user],
          detail: writer.logins(of: others) + more))
      return
    }
    guard let hit else { return }
    decisions.decide(
      row, .found, user: user, by: join.keys.rule(of: hit, place: join.rows.places[row]))
  }

  /// Decides a row that has no single free user; leaves it open for the next tier if no user matches.
  private mutating func decideUnlinked(_ row: Int, _ candidates: Candidates, _ tiers: UInt64) {
    if candidates.free.count > 1 {
      let all = candidates.isCut ? everyUser(row, tiers) : join.index.sorted(candidates.free)
      if !candidates.isCut { claimed.formUnion(all) }
      let hit = hit(row, user: all[0], tiers)
      decisions.decide(
        row, .ambiguous,
        because: writer.reason(ReasonCode.severalUsers, row: row, hit: hit, users: all))
    } else if let user = join.index.sorted(candidates.released).first {
      claimed.insert(user)
      decisions.decide(
        row, .released,
        because: writer.reason(
          ReasonCode.releasedBy, row: row, hit: hit(row, user: user, tiers), users: [user],
          detail: release(row, user)?.circumstances))
    } else if let user = join.index.sorted(candidates.taken).first {
      decisions.decide(
        row, .contested,
        because: writer.reason(
          ReasonCode.takenBy, row: row, hit: hit(row, user: user, tiers),
          users: join.index.sorted(candidates.taken),
          detail: availability.holder(of: user).map { writer.login(of: $0) }))
    } else if let user = join.index.sorted(candidates.held).first {
      claimed.insert(user)
      decisions.decide(
        row, .contested,
        because: writer.reason(
          ReasonCode.held, row: row, hit: hit(row, user: user, tiers),
          users: join.index.sorted(candidates.held),
          detail: availability.hold(of: user).map { "\($0.directoryUser) by \($0.circumstances)" }))
    } else if !candidates.inactive.isEmpty && inactive[row] == nil {
      let users = join.index.sorted(candidates.inactive)
      inactive[row] = (users, hit(row, user: users[0], tiers))
    }
  }

  private func hits(_ row: Int, _ tiers: UInt64) -> [RowKeys.Hit] {
    join.keys.hits(of: row).filter { tiers & 1 << UInt64($0.tier) != 0 }
  }

  /// The row's key that a user has too: of the earliest tier, by the first rule.
  private func hit(_ row: Int, user: Int, _ tiers: UInt64) -> RowKeys.Hit? {
    let owned = join.index.keys(of: user)
    return hits(row, tiers).filter { owned.contains($0.key) }
      .min { ($0.tier, $0.value) < ($1.tier, $1.value) }
  }

  /// All free users of a row's keys; worked out once for all rows with the same keys.
  private mutating func everyUser(_ row: Int, _ tiers: UInt64) -> [Int] {
    let keys = hits(row, tiers).map(\.key)
    if let known = wholeFits[keys] { return known }
    let matching = Set(keys.flatMap { join.index.users(of: $0).map(Int.init) })
    let users = join.index.sorted(matching.filter { availability.isFree($0) })
    wholeFits[keys] = users
    claimed.formUnion(users)
    return users
  }

  private func release(_ row: Int, _ user: Int) -> Release? {
    guard let guid = join.rows.guid(join.rows.places[row]) else { return nil }
    return releases[guid]?.first { $0.userID == join.users.id(of: user) }
  }
}
