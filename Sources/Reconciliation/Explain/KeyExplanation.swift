package import PluginContract
package import TenantCore

/// Asks the matcher again for one record, and says who has the same keys.
package struct KeyExplanation {
  private let matcher: any Matcher
  private let rows: DirectoryRows
  private let users: TenantUsers
  private let index: UserIndex
  private let keys: KeyBatch
  private let links: [Int64: Link]
  private let released: Set<Int64>
  private let releases: [Release]
  private let writer: ReasonWriter

  package init(
    entry: SnapshotEntry, tenant: Tenant, matcher: any Matcher, users: TenantUsers, links: [Link],
    releases: [Release]
  ) async throws {
    self.matcher = matcher
    self.users = users
    self.links = Dictionary(links.map { ($0.userID, $0) }) { first, _ in first }
    self.releases = releases
    released = Set(releases.filter { $0.guid == entry.guid }.map(\.userID))
    let batch = EntryBatch(
      entry, directory: tenant.directoryIndex(ofDomain: entry.domain),
      attributes: matcher.attributes
    ).batch
    keys = try await matcher.checkedKeys(
      of: [batch.records], side: .directory, purpose: .candidates)[0]
    index = UserIndex(
      try await matcher.checkedKeys(
        of: users.batches.map(\.records), side: .tenant, purpose: .candidates),
      users: users, rules: matcher.rules)
    rows = DirectoryRows([batch], domains: tenant.directories.map(\.domain))
    writer = ReasonWriter(
      rows: rows, keys: RowKeys([keys], rows: rows, rules: matcher.rules, index: index),
      rules: matcher.rules, users: users, links: links)
  }

  /// One line for each key: tier, matcher, value, and the users that have it.
  package func keyLines() -> [String] {
    if let verdict = keys.verdicts[0] {
      return switch verdict {
      case .skip(let rule): ["the matcher left the record out: \(rule)"]
      case .fail(let message): ["the matcher failed: \(message)"]
      }
    }
    let lines = keys.keys.values(of: 0).map { value -> String in
      let rule = matcher.rules[Int(keys.rules[value])]
      let key = writer.compared(rows.places[0], keys, value: value)
      let fitting =
        index.find(keys.keys.value(value), tier: rule.tier)
        .map { index.users(of: $0) } ?? []
      return "tier \(rule.tier + 1)  \(rule.matcher): \(key.attribute ?? "") '\(key.value ?? "")', "
        + "compared as '\(key.canonical ?? "")': \(who(fitting))"
    }
    return lines.isEmpty ? ["nothing: the record has no value that the matcher compares"] : lines
  }

  /// The free users that look alike, the nearest first; empty for a record that a user matches.
  package func nearMissLines() async throws -> [String] {
    guard writer.keys.hits(of: 0).isEmpty else { return [] }
    let availability = Availability(
      isActive: users.batches.flatMap(\.isActive), linked: [:], releases: [:], holds: [:])
    let found = try await NearMisses(
      matcher: matcher, rows: rows, index: index, writer: writer, users: users,
      availability: availability
    ).find(for: [0])
    return found[0].map { ["\($0.code): \($0.message(for: .unmatched))"] } ?? []
  }

  private func who(_ users: ArraySlice<Int32>) -> String {
    guard !users.isEmpty else { return "nobody has it" }
    let names = users.prefix(ReasonWriter.namedLimit).map { describe(Int($0)) }
    let more = users.count > names.count ? " and \(users.count - names.count) more" : ""
    return names.joined(separator: ", ") + more
  }

  private func describe(_ user: Int) -> String {
    let name = "'\(users.userName(of: user))'"
    let id = users.id(of: user)
    let (batch, record) = users.locate(user)
    if released.contains(id) { return "\(name) (unlinked from this record)" }
    if let link = links[id] {
      return link.guid == rows.guid(rows.places[0])
        ? "\(name) (linked to it)" : "\(name) (linked to \(link.domain)\\\(link.login))"
    }
    guard users.batches[batch].isActive[record] else { return "\(name) (inactive)" }
    let values = ComparedValues(of: user, in: users)
    let hold = releases.last { $0.userID == id && $0.holds(values) }
    return hold.map { "\(name) (held: unlinked from \($0.directoryUser))" } ?? "\(name) (free)"
  }
}
