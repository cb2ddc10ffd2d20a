internal import TenantCore

/// Which rows claim which tenant users in the tiers that are being decided (M9).
///
/// Every row that a user matches claims it, an ambiguous one too: a user that two rows claim is given
/// to neither.
struct Claims: Sendable {
  /// The most rows that are remembered by number for a user.
  static let namedLimit = 10

  private var counts: [Int32]
  private var first: [Int32]
  private var others: [Int: [Int]] = [:]
  /// Rows with more users than were looked at claim all users of the key.
  private var wholeKeys: [UserIndex.Key: [Int]] = [:]

  init(userCount: Int) {
    counts = [Int32](repeating: 0, count: userCount)
    first = [Int32](repeating: -1, count: userCount)
  }

  /// Notes that a row claims a user; rows come in their order.
  mutating func add(_ user: Int, row: Int) {
    counts[user] += 1
    if counts[user] == 1 {
      first[user] = Int32(row)
    } else if others[user, default: []].count < Self.namedLimit {
      others[user, default: []].append(row)
    }
  }

  /// Notes that a row claims all users of a key.
  mutating func add(wholeKey key: UserIndex.Key, row: Int) {
    if wholeKeys[key, default: []].count <= Self.namedLimit {
      wholeKeys[key, default: []].append(row)
    }
  }

  /// The other rows that claim a user, in order, at most ``namedLimit`` of them.
  func others(claiming user: Int, than row: Int, index: UserIndex) -> [Int] {
    guard counts[user] > 1 || !wholeKeys.isEmpty else { return [] }
    var rows = others[user] ?? []
    if counts[user] > 0 { rows.append(Int(first[user])) }
    for key in index.keys(of: user) { rows += wholeKeys[key] ?? [] }
    return Array(Set(rows).subtracting([row]).sorted().prefix(Self.namedLimit))
  }

  /// How many rows claim a user one by one.
  func count(of user: Int) -> Int { Int(counts[user]) }
}
