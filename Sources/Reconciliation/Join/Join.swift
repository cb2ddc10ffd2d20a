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
  init(_ input: PlannerInput, matcher: any Matcher) {
    self.input = input
    self.matcher = matcher
    rules = matcher.rules
    rows = DirectoryRows(input.directoryUsers, domains: input.tenant.directories.map(\.domain))
    users = input.users
    index = UserIndex(input.userKeys, users: users, rules: rules)
    keys = RowKeys(input.directoryKeys, rows: rows, rules: rules, index: index)
  }

  /// The matcher that judged, where there is only one.
  var onlyMatcher: String? {
    let names = Set(rules.map(\.matcher))
    return names.count == 1 ? names.first : nil
  }

  /// The tiers in which equal keys link, in order.
  var exactTiers: [Int] { Set(rules.filter { $0.strength == .exact }.map(\.tier)).sorted() }
}
