package import PluginContract
package import TenantCore

/// Asks the matcher again for one record, and says who has the same keys.
package struct KeyExplanation {
  private let join: Join
  private let keys: KeyBatch
  private let links: LinkTable
  /// The numbers of the links, by user.
  private let linksByUser: [Int64: Int]
  private let released: Set<Int64>
  private let writer: ReasonWriter

  package init(
    entry: SnapshotEntry, tenant: Tenant, matcher: any Matcher, users: TenantUsers,
    links: LinkTable, releases: [Release]
  ) async throws {
    let batch = EntryBatch(
      [entry], directory: tenant.directoryIndex(ofDomain: entry.domain),
      attributes: matcher.attributes
    ).batch
    let directoryKeys = try await matcher.checkedKeys(
      of: [batch.records], side: .directory, purpose: .candidates)
    let userKeys = try await matcher.checkedKeys(
      of: users.batches.map(\.records), side: .tenant, purpose: .candidates)
    join = try await Join(
      PlannerInput(
        tenant: tenant, directoryUsers: [batch], directoryKeys: directoryKeys, users: users,
        userKeys: userKeys, rules: matcher.rules, links: links, releases: releases),
      matcher: matcher)
    keys = directoryKeys[0]
    self.links = links
    linksByUser = Dictionary((0..<links.count).map { (links.userID(of: $0), $0) }) { first, _ in
      first
    }
    released = Set(releases.filter { $0.guid == entry.guid }.map(\.userID))
    writer = ReasonWriter(join: join)
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
      let rule = join.rules[Int(keys.rules[value])]
      let key = writer.compared(join.rows.places[0], keys, value: value)
      let matching =
        join.index.find(keys.keys.value(value), tier: rule.tier)
        .map { join.index.users(of: $0) } ?? []
      return "tier \(rule.tier + 1)  \(rule.matcher): \(key.attribute ?? "") '\(key.value ?? "")', "
        + "compared as '\(key.canonical ?? "")': \(who(matching))"
    }
    return lines.isEmpty ? ["nothing: the record has no value that the matcher compares"] : lines
  }

  /// The free users that look alike, the nearest first; empty for a record that a user matches.
  package func nearMissLines() async throws -> [String] {
    guard join.keys.hits(of: 0).isEmpty else { return [] }
    let availability = Availability(
      isActive: join.users.batches.flatMap(\.isActive), linked: [], releases: [:], holds: [:])
    let misses = try await NearMisses(of: [0], join, availability: availability)
    guard let reason = misses.reason(of: 0) else { return [] }
    return ["\(reason.code): \(reason.message(for: .unmatched))"] + sideBySide(reason)
  }

  /// Both values, one below the other.
  private func sideBySide(_ reason: Reason) -> [String] {
    guard let nearest = NearestUser(reason) else { return [] }
    let width = max(nearest.attribute.count, nearest.field.count)
    func line(_ side: String, _ name: String, _ value: String) -> String {
      "  \(side)  \(name)\(String(repeating: " ", count: width - name.count))  '\(value)'"
    }
    return [
      line("directory", nearest.attribute, nearest.directoryValue),
      line("user     ", nearest.field, nearest.userValue),
    ] + (nearest.characters.map { ["  the user has \($0)"] } ?? [])
  }

  private func who(_ users: ArraySlice<Int32>) -> String {
    guard !users.isEmpty else { return "nobody has it" }
    let names = users.prefix(ReasonWriter.namedLimit).map { describe(Int($0)) }
    let more = users.count > names.count ? " and \(users.count - names.count) more" : ""
    return names.joined(separator: ", ") + more
  }

  private func describe(_ user: Int) -> String {
    let name = "'\(join.users.userName(of: user))'"
    let id = join.users.id(of: user)
    let (batch, record) = join.users.locate(user)
    if released.contains(id) { return "\(name) (unlinked from this record)" }
    if let link = linksByUser[id].map({ links[$0] }) {
      return link.guid == join.rows.guid(join.rows.places[0])
        ? "\(name) (linked to it)" : "\(name) (linked to \(link.domain)\\\(link.login))"
    }
    guard join.users.batches[batch].isActive[record] else { return "\(name) (inactive)" }
    let values = ComparedValues(of: user, in: join.users)
    let hold = join.input.releases.last { $0.userID == id && $0.holds(values) }
    return hold.map { "\(name) (held: unlinked from \($0.directoryUser))" } ?? "\(name) (free)"
  }
}
