internal import PluginContract
internal import TenantCore

/// Finds the tenant users that match a row: those with an equal key in the tiers under decision, and
/// in every such tier where both sides have keys (M11; with one tier, that tier alone).
struct CandidateFinder {
  /// The most users that are looked at one by one for a row. Beyond, a summary of the key's users
  /// answers, so that 100,000 rows and users with one mail are not 10^10 pairs.
  static let limit = 16

  /// What is known of many users with the same key and keys in the same tiers.
  private struct Summary {
    var free: [Int] = []
    var taken: Int?
    var held: Int?
    var inactive: Int?
  }

  private struct Bucket: Hashable {
    var key: UserIndex.Key
    var mask: UInt64
  }

  private let index: UserIndex
  private let keys: RowKeys
  private let tiers: UInt64
  private var summaries: [Bucket: Summary] = [:]

  init(_ join: Join, tiers: UInt64) {
    index = join.index
    keys = join.keys
    self.tiers = tiers
  }

  /// Fills `candidates` with the users that match a row.
  mutating func fill(
    _ candidates: inout Candidates, row: Int, guid: ObjectGUID?, availability: Availability
  ) {
    candidates.removeAll()
    let released = availability.released(from: guid)
    for hit in keys.hits(of: row) where tiers & 1 << UInt64(index.tier(ofRule: hit.rule)) != 0 {
      var users = index.users(of: hit.key)
      while let first = users.first {
        let mask = index.tierMask(of: Int(first))
        let bucket = users.prefix(length(of: mask, in: users))
        users = users.dropFirst(bucket.count)
        guard isSmallest(hit, mask: mask, row: row) else { continue }
        if bucket.count > Self.limit && released.isEmpty {
          add(bucket, Bucket(key: hit.key, mask: mask), row, to: &candidates, availability)
        } else {
          for user in bucket where matches(Int(user), mask: mask, row: row) {
            add(Int(user), to: &candidates, released: released, availability)
          }
        }
      }
    }
  }

  private func matches(_ user: Int, mask: UInt64, row: Int) -> Bool {
    let both = mask & keys.tierMask(of: row) & tiers
    guard both.nonzeroBitCount > 1 else { return true }
    var agreeing: UInt64 = 0
    for hit in keys.hits(of: row) where index.has(hit.key, user: user) {
      agreeing |= 1 << UInt64(index.tier(ofRule: hit.rule))
    }
    return both & ~agreeing == 0
  }

  /// The one user that a row's keys lead to, if it is free: what nearly every row of a tenant is about.
  /// Nil says nothing.
  func onlyFreeUser(of row: Int, _ availability: Availability) -> OnlyCandidates.Candidate? {
    guard availability.hasNoReleases,
      let (user, hit) = keys.onlyUser(of: row, tiers: tiers, in: index), availability.isFree(user),
      matches(user, mask: index.tierMask(of: user), row: row)
    else { return nil }
    return OnlyCandidates.Candidate(user: Int32(user), hit: hit)
  }

  /// True if, of the tiers where these users and the row both have keys, the hit's tier has the
  /// fewest users; only there are they looked at. A tier in which no user has the row's key rules
  /// all of them out.
  private func isSmallest(_ hit: RowKeys.Hit, mask: UInt64, row: Int) -> Bool {
    let hitTier = index.tier(ofRule: hit.rule)
    var others = mask & keys.tierMask(of: row) & tiers & ~(1 << UInt64(hitTier))
    guard others != 0 else { return true }
    let own = size(ofTier: hitTier, row: row)
    while others != 0 {
      let tier = others.trailingZeroBitCount
      others &= others - 1
      let size = size(ofTier: tier, row: row)
      if size == 0 || size < own || size == own && tier < hitTier { return false }
    }
    return true
  }

  private func size(ofTier tier: Int, row: Int) -> Int {
    keys.hits(of: row).reduce(0) {
      $0 + (index.tier(ofRule: $1.rule) == tier ? index.userCount(of: $1.key) : 0)
    }
  }

  private func length(of mask: UInt64, in users: ArraySlice<Int32>) -> Int {
    guard let last = users.last, index.tierMask(of: Int(last)) != mask else { return users.count }
    var (low, high) = (users.startIndex, users.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if index.tierMask(of: Int(users[middle])) == mask { low = middle + 1 } else { high = middle }
    }
    return low - users.startIndex
  }

  private func add(
    _ user: Int, to candidates: inout Candidates, released: Set<Int>, _ availability: Availability
  ) {
    if released.contains(user) {
      if !candidates.released.contains(user) { candidates.released.append(user) }
    } else if !availability.isActive(user) {
      if !candidates.inactive.contains(user) { candidates.inactive.append(user) }
    } else if availability.isTaken(user) {
      if !candidates.taken.contains(user) { candidates.taken.append(user) }
    } else if availability.isHeld(user) {
      if !candidates.held.contains(user) { candidates.held.append(user) }
    } else if !candidates.free.contains(user) {
      candidates.free.append(user)
    }
  }

  private mutating func add(
    _ users: ArraySlice<Int32>, _ bucket: Bucket, _ row: Int, to candidates: inout Candidates,
    _ availability: Availability
  ) {
    let summary = summaries[bucket] ?? summarize(users, availability)
    summaries[bucket] = summary
    var agreeing = 0
    for user in summary.free where matches(user, mask: bucket.mask, row: row) {
      if !candidates.free.contains(user) { candidates.free.append(user) }
      agreeing += 1
    }
    if agreeing > 1 && summary.free.count >= Self.limit { candidates.isCut = true }
    if let user = summary.taken, !candidates.taken.contains(user) { candidates.taken.append(user) }
    if let user = summary.held, !candidates.held.contains(user) { candidates.held.append(user) }
    if let user = summary.inactive, !candidates.inactive.contains(user) {
      candidates.inactive.append(user)
    }
  }

  private func summarize(_ users: ArraySlice<Int32>, _ availability: Availability) -> Summary {
    var summary = Summary()
    for user in users.lazy.map(Int.init) {
      if !availability.isActive(user) {
        summary.inactive = summary.inactive ?? user
      } else if availability.isTaken(user) {
        summary.taken = summary.taken ?? user
      } else if availability.isHeld(user) {
        summary.held = summary.held ?? user
      } else if summary.free.count < Self.limit {
        summary.free.append(user)
      }
    }
    return summary
  }
}

/// The tenant users that match a row in the tiers that are being decided.
struct Candidates: Sendable {
  /// Users that could be linked, each once; not all of them if ``isCut``.
  var free: [Int] = []
  /// True if more users match than were looked at: then at least two are free.
  var isCut = false
  /// Users that match, but are linked to another directory user.
  var taken: [Int] = []
  /// Users that match, but were released from this directory user.
  var released: [Int] = []
  /// Users that match, but are held since they were unlinked from another directory user.
  var held: [Int] = []
  /// Users that match, but are inactive.
  var inactive: [Int] = []

  mutating func removeAll() {
    free.removeAll(keepingCapacity: true)
    taken.removeAll(keepingCapacity: true)
    released.removeAll(keepingCapacity: true)
    held.removeAll(keepingCapacity: true)
    inactive.removeAll(keepingCapacity: true)
    isCut = false
  }
}
