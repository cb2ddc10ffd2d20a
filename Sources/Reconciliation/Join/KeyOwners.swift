internal import PluginContract
internal import TenantCore

/// Which keys each user has, each once.
struct KeyOwners: Sendable {
  private var ends: [Int32] = []
  private var keys: [UserIndex.Key] = []
  /// For each user: a bit for each tier in which the user has a key.
  private(set) var tierMasks: [UInt64] = []

  /// Takes the users' keys and their numbers, batch by batch.
  init(_ batches: [KeyBatch], _ numbers: [[Int32]], in set: KeySet) {
    let users = batches.reduce(0) { $0 + $1.recordCount }
    ends.reserveCapacity(users)
    tierMasks.reserveCapacity(users)
    keys.reserveCapacity(numbers.reduce(0) { $0 + $1.count })
    for (batch, numbers) in zip(batches, numbers) {
      for record in 0..<batch.recordCount {
        let start = keys.count
        var mask: UInt64 = 0
        for value in batch.keys.values(of: record) {
          mask |= 1 << UInt64(set.group(ofRule: batch.rules[value]))
          if !contains(numbers[value], from: start) { keys.append(numbers[value]) }
        }
        ends.append(Int32(keys.count))
        tierMasks.append(mask)
      }
    }
  }

  private func contains(_ key: UserIndex.Key, from start: Int) -> Bool {
    for index in start..<keys.count where keys[index] == key { return true }
    return false
  }

  /// The number of keys of all users together.
  var keyCount: Int { keys.count }

  /// The distinct keys of a user.
  func keys(of user: Int) -> ArraySlice<UserIndex.Key> { keys[range(of: user)] }

  /// True if a user has a key.
  func has(_ key: UserIndex.Key, user: Int) -> Bool {
    for index in range(of: user) where keys[index] == key { return true }
    return false
  }

  private func range(of user: Int) -> Range<Int> {
    (user == 0 ? 0 : Int(ends[user - 1]))..<Int(ends[user])
  }
}

/// Which users have each key.
struct Postings: Sendable {
  private var ends: [Int32]
  private var users: [Int32]

  /// Turns the keys of users around. The users of a key stand in the order of their tiers, then names.
  init(of owners: KeyOwners, keyCount: Int, _ ranks: UserRanks) {
    ends = [Int32](repeating: 0, count: keyCount)
    users = [Int32](repeating: 0, count: owners.keyCount)
    for user in owners.tierMasks.indices {
      for key in owners.keys(of: user) { ends[Int(key)] += 1 }
    }
    var total: Int32 = 0
    for key in ends.indices {
      (ends[key], total) = (total, total + ends[key])
    }
    for user in owners.tierMasks.indices {
      for key in owners.keys(of: user) {
        users[Int(ends[Int(key)])] = Int32(user)
        ends[Int(key)] += 1
      }
    }
    var start = 0
    for key in ends.indices {
      let end = Int(ends[key])
      if end - start > 1 {
        users[start..<end].sort {
          (owners.tierMasks[Int($0)], ranks[Int($0)]) < (owners.tierMasks[Int($1)], ranks[Int($1)])
        }
      }
      start = end
    }
  }

  /// The users of a key.
  func users(of key: UserIndex.Key) -> ArraySlice<Int32> { users[range(of: key)] }

  /// Where a key's users stand.
  func range(of key: UserIndex.Key) -> Range<Int> {
    (key == 0 ? 0 : Int(ends[Int(key) - 1]))..<Int(ends[Int(key)])
  }

  /// The user of a key that only one has; nil for any other key.
  func onlyUser(of key: UserIndex.Key) -> Int? {
    let range = range(of: key)
    return range.count == 1 ? Int(users[range.lowerBound]) : nil
  }
}
