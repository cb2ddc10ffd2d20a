internal import PluginContract
internal import TenantCore

/// Both sides of a plan, joined by their keys: the one value from which its stages decide.
struct Join: Sendable {
  let input: PlannerInput
  let matcher: any Matcher
  /// The matcher's, asked for once.
  let rules: [KeyRule]
  let rows: DirectoryRows
  let users: TenantUsers
  let index: UserIndex
  let keys: RowKeys

  /// Joins what was read.
  ///
  /// - Throws: `CancellationError`.
  init(_ input: PlannerInput, matcher: any Matcher) async throws {
    self.input = input
    self.matcher = matcher
    rules = matcher.rules
    rows = try await DirectoryRows(
      input.directoryUsers, input.anchors, domains: input.tenant.directories.map(\.domain),
      partitions: input.partitions)
    users = input.users
    index = input.index
    keys = RowKeys(input.matches, rows: rows)
  }

  /// The matcher that judged, where there is only one.
  var onlyMatcher: String? {
    let names = Set(rules.map(\.matcher))
    return names.count == 1 ? names.first : nil
  }

  /// The tiers in which equal keys link, in order.
  var exactTiers: [Int] { Set(rules.filter { $0.strength == .exact }.map(\.tier)).sorted() }

  /// A row's key that a user has too: of the earliest of some tiers, by the first rule.
  func hit(_ row: Int, user: Int, tiers: UInt64) -> RowKeys.Hit? {
    var best: RowKeys.Hit?
    for hit in keys.hits(of: row) {
      let tier = index.tier(ofRule: hit.rule)
      guard tiers & 1 << UInt64(tier) != 0, index.has(hit.key, user: user),
        best.map({ tier < index.tier(ofRule: $0.rule) }) ?? true
      else { continue }
      best = hit
    }
    return best
  }
}
