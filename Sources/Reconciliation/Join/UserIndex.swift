internal import PluginContract
internal import TenantCore

/// The tenant side of the join: exact keys of all users, found by their bytes.
///
/// Keys are hashed with the process's seeded hasher and compared by bytes, so a crafted value can
/// neither collide into another person's link nor slow the join down.
struct UserIndex: Sendable {
  /// A distinct key's number.
  typealias Key = Int32

  private let batches: [KeyBatch]
  private var slots: [Key]
  /// For each key: its tier, and where its bytes are.
  private(set) var tiers: [Int16] = []
  private var origins: [(batch: Int32, value: Int32)] = []
  /// For each key: its users, grouped by the tiers that they have keys in.
  private var postingEnds: [Int32] = []
  private var postings: [Int32] = []
  /// For each user: the distinct keys.
  private var userKeyEnds: [Int32] = []
  private var userKeys: [Key] = []
  /// For each user: a bit for each tier in which the user has a key.
  private(set) var tierMasks: [UInt64] = []
  /// For each user: what a matcher said instead of keys.
  private(set) var verdicts: [Int: Verdict] = [:]

  /// For each user: the place in the order of folded names, so that nothing depends on the order
  /// in which users come (M8).
  let ranks: [Int32]

  /// Indexes the users' keys; `batches` are those of `users`, in order.
  init(_ batches: [KeyBatch], users: TenantUsers, rules: [KeyRule]) {
    self.batches = batches
    ranks = Self.ranks(of: users)
    let total = batches.reduce(0) { $0 + $1.keys.valueCount }
    slots = [Key](repeating: -1, count: max(16, total * 2).nextPowerOfTwo)
    var pairs: [(key: Key, user: Int32)] = []
    pairs.reserveCapacity(total)
    var user: Int32 = 0
    for (batchIndex, batch) in batches.enumerated() {
      for record in 0..<batch.recordCount {
        addUser(user, batch: batchIndex, record: record, rules: rules, to: &pairs)
        user += 1
      }
    }
    group(pairs)
  }

  private mutating func addUser(
    _ user: Int32, batch index: Int, record: Int, rules: [KeyRule],
    to pairs: inout [(key: Key, user: Int32)]
  ) {
    let batch = batches[index]
    var mask: UInt64 = 0
    if let verdict = batch.verdicts[record] {
      verdicts[Int(user)] = verdict
    } else {
      let start = userKeys.count
      for value in batch.keys.values(of: record) {
        let tier = rules[Int(batch.rules[value])].tier
        mask |= 1 << UInt64(tier)
        let key = insert(batch: index, value: value, tier: tier)
        guard !userKeys[start...].contains(key) else { continue }
        userKeys.append(key)
        pairs.append((key, user))
      }
    }
    userKeyEnds.append(Int32(userKeys.count))
    tierMasks.append(mask)
  }

  private mutating func insert(batch: Int, value: Int, tier: Int) -> Key {
    let bytes = batches[batch].keys.value(value)
    var slot = Self.hash(bytes, tier: tier) & (slots.count - 1)
    while slots[slot] >= 0 {
      if matches(slots[slot], bytes, tier: tier) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    let key = Key(origins.count)
    slots[slot] = key
    origins.append((Int32(batch), Int32(value)))
    tiers.append(Int16(tier))
    return key
  }

  private mutating func group(_ pairs: [(key: Key, user: Int32)]) {
    var starts = [Int32](repeating: 0, count: origins.count + 1)
    for pair in pairs { starts[Int(pair.key) + 1] += 1 }
    for key in 0..<origins.count { starts[key + 1] += starts[key] }
    postingEnds = Array(starts.dropFirst())
    postings = [Int32](repeating: 0, count: pairs.count)
    for pair in pairs {
      postings[Int(starts[Int(pair.key)])] = pair.user
      starts[Int(pair.key)] += 1
    }
    for key in 0..<origins.count {
      let range = range(of: Key(key))
      guard range.count > 1 else { continue }
      postings[range].sort {
        (tierMasks[Int($0)], ranks[Int($0)]) < (tierMasks[Int($1)], ranks[Int($1)])
      }
    }
  }

  private func range(of key: Key) -> Range<Int> {
    (key == 0 ? 0 : Int(postingEnds[Int(key) - 1]))..<Int(postingEnds[Int(key)])
  }

  /// The key with these bytes in a tier, or nil.
  func find(_ bytes: ArraySlice<UInt8>, tier: Int) -> Key? {
    var slot = Self.hash(bytes, tier: tier) & (slots.count - 1)
    while slots[slot] >= 0 {
      if matches(slots[slot], bytes, tier: tier) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The users that have a key, those with keys in the same tiers side by side.
  func users(of key: Key) -> ArraySlice<Int32> { postings[range(of: key)] }

  /// The distinct keys of a user.
  func keys(of user: Int) -> ArraySlice<Key> {
    userKeys[(user == 0 ? 0 : Int(userKeyEnds[user - 1]))..<Int(userKeyEnds[user])]
  }

  /// The users in the order of their names.
  func sorted(_ users: some Sequence<Int>) -> [Int] { users.sorted { ranks[$0] < ranks[$1] } }

  private static func ranks(of users: TenantUsers) -> [Int32] {
    let names = users.batches.flatMap { batch -> [ArraySlice<UInt8>] in
      let column = batch.records.column(TenantField.userName.rawValue)?.canonical
      return (0..<batch.records.count).map { column?.first(of: $0) ?? [] }
    }
    let order = names.indices.sorted { names[$0].lexicographicallyPrecedes(names[$1]) }
    var ranks = [Int32](repeating: 0, count: names.count)
    for (rank, user) in order.enumerated() { ranks[user] = Int32(rank) }
    return ranks
  }

  private func matches(_ key: Key, _ bytes: ArraySlice<UInt8>, tier: Int) -> Bool {
    guard Int(tiers[Int(key)]) == tier else { return false }
    let origin = origins[Int(key)]
    return batches[Int(origin.batch)].keys.value(Int(origin.value)) == bytes
  }

  private static func hash(_ bytes: ArraySlice<UInt8>, tier: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(tier)
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}

extension Int {
  /// The smallest power of two that is not less; for positive numbers.
  var nextPowerOfTwo: Int { 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
