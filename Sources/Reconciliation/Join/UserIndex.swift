package import PluginContract
package import TenantCore

/// The tenant side of the join: exact keys of all users, found by their bytes.
package struct UserIndex: Sendable {
  /// A distinct key's number. It says nothing of the key's place in any order.
  typealias Key = Int32

  private let set: KeySet
  /// For each key: its users, grouped by the tiers that they have keys in.
  private let postings: Postings
  private let owners: KeyOwners
  /// For each user: what a matcher said instead of keys.
  let verdicts: [Int: Verdict]
  /// The order of folded names, so that nothing depends on the order in which users come (M8).
  let ranks: UserRanks

  /// Indexes the users' keys; `batches` are those of `users`, in order.
  ///
  /// - Throws: `CancellationError`.
  package init(
    _ batches: [KeyBatch], users: TenantUsers, rules: [KeyRule],
    partitions: Partitions = Partitions(1)
  ) async throws {
    async let ranking = UserRanks(users)
    verdicts = Self.verdicts(of: batches)
    let batches = batches.map { $0.verdicts.isEmpty ? $0 : $0.withoutJudged() }
    let (set, numbers) = try await KeySet.numbering(
      batches, groups: rules.map { UInt16(clamping: $0.tier) }, partitions)
    owners = KeyOwners(batches, numbers, in: set)
    ranks = await ranking
    postings = Postings(of: owners, keyCount: set.count, ranks)
    self.set = set
  }

  private static func verdicts(of batches: [KeyBatch]) -> [Int: Verdict] {
    var verdicts: [Int: Verdict] = [:]
    for (number, batch) in batches.enumerated() {
      for (record, verdict) in batch.verdicts {
        verdicts[number * RecordBatch.maximumCount + record] = verdict
      }
    }
    return verdicts
  }

  // MARK: - Keys to users

  /// The tier of a rule.
  func tier(ofRule rule: UInt16) -> Int { Int(set.group(ofRule: rule)) }

  /// The key with these bytes in a tier, or nil.
  func find(_ bytes: ArraySlice<UInt8>, tier: Int) -> Key? {
    set.find(bytes, group: UInt16(clamping: tier))
  }

  /// For each key of a batch, its number; -1 for one that no user has.
  func find(_ batch: KeyBatch) -> [Key] { set.find(batch) }

  /// A key's bytes.
  func bytes(of key: Key) -> ArraySlice<UInt8> { set.bytes(of: key) }

  /// The users that have a key, those with keys in the same tiers side by side.
  func users(of key: Key) -> ArraySlice<Int32> { postings.users(of: key) }

  /// How many users have a key.
  func userCount(of key: Key) -> Int { postings.range(of: key).count }

  /// The user of a key that only one has; nil for any other key.
  func onlyUser(of key: Key) -> Int? { postings.onlyUser(of: key) }

  // MARK: - Users to keys

  /// For a user: a bit for each tier in which it has a key.
  func tierMask(of user: Int) -> UInt64 { owners.tierMasks[user] }

  /// The distinct keys of a user.
  func keys(of user: Int) -> ArraySlice<Key> { owners.keys(of: user) }

  /// True if a user has a key.
  func has(_ key: Key, user: Int) -> Bool { owners.has(key, user: user) }

  /// The users in the order of their names.
  func sorted(_ users: some Sequence<Int>) -> [Int] {
    // Not by way of the index, which would be copied.
    let ranks = ranks
    return users.sorted { ranks[$0] < ranks[$1] }
  }

  /// The user whose name comes first; nil of nobody.
  func first(of users: [Int]) -> Int? {
    guard users.count > 1 else { return users.first }
    return sorted(users).first
  }
}

extension KeyBatch {
  /// The batch without the keys of records that a matcher skipped or failed on.
  fileprivate func withoutJudged() -> KeyBatch {
    var kept = KeyBatch()
    for record in 0..<recordCount {
      if verdicts[record] == nil { kept.add(keysOf: record, in: self, firstRule: 0) }
      kept.endRecord()
    }
    return kept
  }
}
