internal import PluginContract
internal import TenantCore

/// Gives the rows that no user matches their reason: inactive users, no value, the nearest miss.
struct Unmatched {
  let join: Join
  let missing: MissingAttributes

  func decide(in decider: inout TierDecider) async throws {
    let open = decider.decisions.open.map(Int.init)
    guard !open.isEmpty else { return }
    let writer = ReasonWriter(join: join)
    var searched: [Int] = []
    for row in open {
      guard let (users, hit) = decider.inactive[row] else {
        searched.append(row)
        continue
      }
      decider.decisions.decide(
        row, .unmatched,
        because: writer.reason(ReasonCode.onlyInactiveUser, row: row, hit: hit, users: users))
    }
    let misses = try await NearMisses(of: searched, join, availability: decider.availability)
    var unlike: [Int] = []
    for (index, row) in searched.enumerated() {
      if let reason = misses.reason(of: index) {
        decider.decisions.decide(row, .unmatched, because: reason)
      } else {
        unlike.append(row)
      }
    }
    try await decide(unlike, in: &decider)
  }

  /// The rows that nobody is like: with a value that nobody has, or with none.
  private func decide(_ rows: [Int], in decider: inout TierDecider) async throws {
    let writer = ReasonWriter(join: join)
    let keys = try await RemadeKeys(of: rows, join, purpose: .candidates)
    let attributes = comparedAttributes
    for (index, row) in rows.enumerated() {
      let place = join.rows.places[row]
      let missing = missing.text(ofDirectory: join.rows.directory(place))
      let (batch, values) = keys.place(of: index)
      var reason =
        if let first = values.first {
          writer.compared(place, keys.batches[batch], value: first)
        } else {
          Reason(code: "", matcher: join.onlyMatcher, attribute: attributes)
        }
      reason.code = values.isEmpty ? ReasonCode.noKeyValue : ReasonCode.noCandidate
      reason.detail = missing
      decider.decisions.decide(row, .unmatched, because: reason)
    }
  }

  private var comparedAttributes: String {
    var names: [String] = []
    for rule in join.rules where rule.strength == .exact {
      for name in rule.attributes where !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: ", ")
  }
}
