internal import PluginContract
internal import TenantCore

/// Decides the open rows, tier by tier, each over the whole set before the next begins (M8, M11).
struct TierDecider {
  let rows: DirectoryRows
  let keys: RowKeys
  let index: UserIndex
  let writer: ReasonWriter
  let releases: [ObjectGUID: [Release]]
  let missing: MissingCandidates
  var availability: Availability
  var decisions: Decisions
  /// For rows that only inactive users fit (M10): the first tier's, with the row's key.
  private(set) var inactive: [Int: (users: [Int], hit: RowKeys.Hit?)] = [:]
  /// Users that fit an undecided row: somebody claims them.
  private(set) var claimed: Set<Int> = []
  /// The users of rows that more users fit than are looked at one by one, by the rows' keys.
  private var wholeFits: [[UserIndex.Key]: [Int]] = [:]

  init(
    rows: DirectoryRows, keys: RowKeys, index: UserIndex, writer: ReasonWriter,
    releases: [Release], missing: MissingCandidates, availability: Availability,
    decisions: Decisions
  ) {
    self.rows = rows
    self.keys = keys
    self.index = index
    self.writer = writer
    self.releases = Dictionary(grouping: releases, by: \.guid)
    self.missing = missing
    self.availability = availability
    self.decisions = decisions
  }

  /// Decides in the tiers of a mask, taken together.
  mutating func decide(tiers: UInt64, userCount: Int) {
    var finder = CandidateFinder(index: index, keys: keys, tiers: tiers)
    var claims = Claims(userCount: userCount)
    var single: [(row: Int, user: Int)] = []
    var fit = Fit()
    for row in decisions.open where keys.tierMasks[row] & tiers != 0 {
      finder.fill(
        &fit, row: row, guid: rows.guid(rows.places[row]), availability: availability)
      for user in fit.free { claims.add(user, row: row) }
      if fit.isCut {
        for hit in hits(row, tiers) { claims.add(wholeKey: hit.key, row: row) }
      }
      if let reason = missing.reason(for: row, tiers: tiers, free: fit.free) {
        claimed.formUnion(fit.free)
        decisions.decide(row, .ambiguous, because: reason)
      } else if fit.free.count == 1 {
        single.append((row, fit.free[0]))
      } else {
        decideUnlinked(row, fit, tiers)
      }
    }
    for (row, user) in single { decideSingle(row, user, claims, tiers) }
    for (row, user) in single where decisions[row]?.state == .found {
      availability.take(user, row: row)
    }
  }

  private mutating func decideSingle(_ row: Int, _ user: Int, _ claims: Claims, _ tiers: UInt64) {
    let hit = hit(row, user: user, tiers)
    let others = claims.others(claiming: user, than: row, index: index)
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
    decisions.decide(row, .found, user: user, by: keys.rule(of: hit, place: rows.places[row]))
  }

  /// Decides a row that has no single free user; leaves it open for the next tier if nobody fits.
  private mutating func decideUnlinked(_ row: Int, _ fit: Fit, _ tiers: UInt64) {
    if fit.free.count > 1 {
      let all = fit.isCut ? everyUser(row, tiers) : index.sorted(fit.free)
      if !fit.isCut { claimed.formUnion(all) }
      let hit = hit(row, user: all[0], tiers)
      decisions.decide(
        row, .ambiguous,
        because: writer.reason(ReasonCode.severalUsers, row: row, hit: hit, users: all))
    } else if let user = index.sorted(fit.released).first {
      claimed.insert(user)
      decisions.decide(
        row, .released,
        because: writer.reason(
          ReasonCode.releasedBy, row: row, hit: hit(row, user: user, tiers), users: [user],
          detail: release(row, user)?.circumstances))
    } else if let user = index.sorted(fit.taken).first {
      decisions.decide(
        row, .contested,
        because: writer.reason(
          ReasonCode.takenBy, row: row, hit: hit(row, user: user, tiers),
          users: index.sorted(fit.taken),
          detail: availability.holders[user].map { writer.login(of: $0) }))
    } else if let user = index.sorted(fit.held).first {
      claimed.insert(user)
      decisions.decide(
        row, .contested,
        because: writer.reason(
          ReasonCode.held, row: row, hit: hit(row, user: user, tiers),
          users: index.sorted(fit.held),
          detail: availability.hold(of: user).map { "\($0.directoryUser) by \($0.circumstances)" }))
    } else if !fit.inactive.isEmpty && inactive[row] == nil {
      let users = index.sorted(fit.inactive)
      inactive[row] = (users, hit(row, user: users[0], tiers))
    }
  }

  private func hits(_ row: Int, _ tiers: UInt64) -> [RowKeys.Hit] {
    keys.hits(of: row).filter { tiers & 1 << UInt64($0.tier) != 0 }
  }

  /// The row's key that a user has too: of the earliest tier, by the first rule.
  private func hit(_ row: Int, user: Int, _ tiers: UInt64) -> RowKeys.Hit? {
    let owned = index.keys(of: user)
    return hits(row, tiers).filter { owned.contains($0.key) }
      .min { ($0.tier, $0.value) < ($1.tier, $1.value) }
  }

  /// All free users of a row's keys; worked out once for all rows with the same keys.
  private mutating func everyUser(_ row: Int, _ tiers: UInt64) -> [Int] {
    let keys = hits(row, tiers).map(\.key)
    if let known = wholeFits[keys] { return known }
    let fitting = Set(keys.flatMap { index.users(of: $0).map(Int.init) })
    let users = index.sorted(fitting.filter { availability.isFree($0) })
    wholeFits[keys] = users
    claimed.formUnion(users)
    return users
  }

  private func release(_ row: Int, _ user: Int) -> Release? {
    guard let guid = rows.guid(rows.places[row]) else { return nil }
    return releases[guid]?.first { $0.userID == writer.users.id(of: user) }
  }
}
