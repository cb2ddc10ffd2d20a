internal import PluginContract
internal import TenantCore

/// Asks, for linked rows, whether the matchers agree: `linked-stale` if they now point elsewhere, a
/// `disagreement` finding where a later tier would (M11).
struct LaterTiers: Sendable {
  let join: Join
  let availability: Availability

  private enum Verdict {
    case silent, agrees
    case elsewhere(user: Int)
  }

  /// Turns decided rows stale where they are, and gives the findings in row order.
  ///
  /// - Throws: `CancellationError`.
  func judge(_ decisions: inout Decisions) async throws -> [Finding] {
    let tiers = join.exactTiers
    var findings: [Finding] = []
    for row in try await pointingElsewhere(decisions.rows) {
      let decision = decisions.rows[row]
      let verdicts = tiers.map { verdict(row, user: Int(decision.user), tier: $0) }
      guard let leading = leading(verdicts) else { continue }
      if decision.state == .linked, case .elsewhere = verdicts[leading] {
        decisions.decide(row, .linkedStale, user: Int(decision.user), by: decision.reason)
      }
      for later in verdicts.indices.dropFirst(leading + 1) {
        guard case .elsewhere(let other) = verdicts[later] else { continue }
        findings.append(disagreement(row, Int(decision.user), other, tier: tiers[later]))
      }
    }
    return findings
  }

  /// The rows of which a key is not their user's, in order.
  private func pointingElsewhere(_ rows: [PlannedRow]) async throws -> [Int] {
    let parts = join.input.partitions.ranges(of: rows.count)
    return try await join.input.partitions.map(parts.indices) { part in
      parts[part].filter {
        rows[$0].user >= 0 && pointsElsewhere($0, user: Int(rows[$0].user))
      }
    }.flatMap(\.self)
  }

  /// True if a key of a row is not its user's: only then can a tier say anything new.
  private func pointsElsewhere(_ row: Int, user: Int) -> Bool {
    for hit in join.keys.hits(of: row) where !join.index.has(hit.key, user: user) { return true }
    return false
  }

  /// The first tier that says anything; in mode `all`, the first that points elsewhere, if one
  /// does.
  private func leading(_ verdicts: [Verdict]) -> Int? {
    if join.matcher.mode == .all {
      let elsewhere = verdicts.firstIndex { if case .elsewhere = $0 { true } else { false } }
      if let elsewhere { return elsewhere }
    }
    return verdicts.firstIndex { if case .silent = $0 { false } else { true } }
  }

  private func verdict(_ row: Int, user: Int, tier: Int) -> Verdict {
    var elsewhere: Int?
    for hit in join.keys.hits(of: row) where join.index.tier(ofRule: hit.rule) == tier {
      if join.index.has(hit.key, user: user) { return .agrees }
      if elsewhere == nil {
        elsewhere = join.index.users(of: hit.key).lazy.map(Int.init)
          .first(where: availability.isActive)
      }
    }
    return elsewhere.map(Verdict.elsewhere) ?? .silent
  }

  private func disagreement(_ row: Int, _ user: Int, _ other: Int, tier: Int) -> Finding {
    let matcher =
      join.rules.first { $0.tier == tier && $0.strength == .exact }?.matcher ?? "a later tier"
    return Finding(
      .disagreement, subject: join.rows.qualifiedLogin(join.rows.places[row]),
      message: "linked to '\(join.users.userName(of: user))', but \(matcher) points to "
        + "'\(join.users.userName(of: other))'")
  }
}
