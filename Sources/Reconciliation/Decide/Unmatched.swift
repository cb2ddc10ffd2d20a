internal import PluginContract
internal import TenantCore

/// Gives the rows that no user matches their reason: inactive users, no value, the nearest miss.
struct Unmatched {
  let join: Join
  let missing: MissingAttributes

  func decide(in decider: inout TierDecider) async throws {
    let open = decider.decisions.open
    guard !open.isEmpty else { return }
    let nearest = try await NearMisses(join, availability: decider.availability)
      .find(for: open.filter { decider.inactive[$0] == nil })
    for row in open {
      let reason = reason(row, inactive: decider.inactive[row], nearest: nearest[row])
      decider.decisions.decide(row, .unmatched, because: reason)
    }
  }

  private func reason(
    _ row: Int, inactive: (users: [Int], hit: RowKeys.Hit?)?, nearest: Reason?
  ) -> Reason {
    if let inactive {
      return ReasonWriter(join: join).reason(
        ReasonCode.onlyInactiveUser, row: row, hit: inactive.hit, users: inactive.users)
    }
    if let nearest { return nearest }
    let missing = missing.text(ofDirectory: join.rows.batch(join.rows.places[row]).directory)
    guard join.keys.tierMasks[row] == 0 else {
      return ReasonWriter(join: join).reason(
        ReasonCode.noCandidate, row: row, hit: nil, detail: missing)
    }
    return Reason(
      code: ReasonCode.noKeyValue, matcher: join.onlyMatcher,
      attribute: comparedAttributes, detail: missing)
  }

  private var comparedAttributes: String {
    var names: [String] = []
    for rule in join.rules where rule.strength == .exact {
      for name in rule.attributes where !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: ", ")
  }
}
