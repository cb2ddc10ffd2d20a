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

  init(
    _ join: Join, availability: Availability, decisions: Decisions, missing: MissingCandidates
  ) {
    self.join = join
    writer = ReasonWriter(join: join)
    releases = Dictionary(grouping: join.input.releases, by: \.guid)
    self.missing = missing
    self.availability = availability
    self.decisions = decisions
  }

  /// A row with the one free user that matches it, and the row's key that is the user's too.
  private struct Single {
    var row: Int32
    var user: Int32
    var hit: RowKeys.Hit
  }

  /// Decides in the tiers of a mask, taken together.
  ///
  /// - Throws: `CancellationError`.
  mutating func decide(tiers: UInt64) async throws {
    var finder = CandidateFinder(join, tiers: tiers)
    let open = decisions.open
    let only = try await OnlyCandidates(of: open, finder, availability, join.input.partitions)
    var claims = Claims(userCount: join.users.count)
    var single: [Single] = []
    var candidates = Candidates()
    for (position, number) in open.enumerated() {
      if position.isMultiple(of: Self.interval) { try Task.checkCancellation() }
      let row = Int(number)
      if let only = only[position], !missing.concern(row) {
        claims.add(Int(only.user), row: row)
        single.append(Single(row: number, user: only.user, hit: only.hit))
        continue
      }
      guard join.keys.tierMask(of: row) & tiers != 0 else { continue }
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
      } else if candidates.free.count == 1,
        let hit = join.hit(row, user: candidates.free[0], tiers: tiers)
      {
        single.append(Single(row: number, user: Int32(candidates.free[0]), hit: hit))
      } else {
        decideUnlinked(row, candidates, tiers)
      }
    }
    for pair in single { decide(pair, claims) }
    for pair in single where decisions.rows[Int(pair.row)].state == .found {
      availability.take(Int(pair.user), row: Int(pair.row))
    }
  }

  /// After so many rows it is asked whether the run was cancelled.
  private static let interval = 4096

  private mutating func decide(_ single: Single, _ claims: Claims) {
    let (row, user, hit) = (Int(single.row), Int(single.user), single.hit)
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
    decisions.decide(
      row, .found, user: user, by: .rule(index: hit.rule, value: hit.valueIndex))
  }

  /// Decides a row that has no single free user; leaves it open for the next tier if no user matches.
  private mutating func decideUnlinked(_ row: Int, _ candidates: Candidates, _ tiers: UInt64) {
    if candidates.free.count > 1 {
      let all = candidates.isCut ? everyUser(row, tiers) : join.index.sorted(candidates.free)
      if !candidates.isCut { claimed.formUnion(all) }
      let hit = join.hit(row, user: all[0], tiers: tiers)
      decisions.decide(
        row, .ambiguous,
        because: writer.reason(ReasonCode.severalUsers, row: row, hit: hit, users: all))
    } else if let user = join.index.first(of: candidates.released) {
      claimed.insert(user)
      decisions.decide(
        row, .released,
        because: writer.reason(
          ReasonCode.releasedBy, row: row, hit: join.hit(row, user: user, tiers: tiers),
          users: [user],
          detail: release(row, user)?.circumstances))
    } else if let user = join.index.first(of: candidates.taken) {
      decisions.decide(
        row, .contested,
        because: writer.reason(
          ReasonCode.takenBy, row: row, hit: join.hit(row, user: user, tiers: tiers),
          users: join.index.sorted(candidates.taken),
          detail: availability.holder(of: user).map { writer.login(of: $0) }))
    } else if let user = join.index.first(of: candidates.held) {
      claimed.insert(user)
      decisions.decide(
        row, .contested,
        because: writer.reason(
          ReasonCode.held, row: row, hit: join.hit(row, user: user, tiers: tiers),
          users: join.index.sorted(candidates.held),
          detail: availability.hold(of: user).map { "\($0.directoryUser) by \($0.circumstances)" }))
    } else if !candidates.inactive.isEmpty && inactive[row] == nil {
      let users = join.index.sorted(candidates.inactive)
      inactive[row] = (users, join.hit(row, user: users[0], tiers: tiers))
    }
  }

  private func hits(_ row: Int, _ tiers: UInt64) -> [RowKeys.Hit] {
    join.keys.hits(of: row).filter {
      tiers & 1 << UInt64(join.index.tier(ofRule: $0.rule)) != 0
    }
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
