package import PluginContract
package import TenantCore

/// Decides what a run would do: pure, no input or output beside the matcher's (M7 to M15, S1 to S5).
package struct Planner: Sendable {
  private let matcher: any Matcher
  private let parts: PlanParts

  /// Makes a planner for a tenant's matcher, which is asked for near keys where a reason wants
  /// them.
  ///
  /// - Parameter parts: what plans have beside their rows, which do not depend on it.
  package init(matcher: any Matcher, parts: PlanParts = .all) {
    self.matcher = matcher
    self.parts = parts
  }

  /// Makes the plan.
  ///
  /// - Throws: what the matcher throws; nothing is concluded then.
  package func plan(_ input: PlannerInput) async throws -> Plan {
    let join = try await Join(input, matcher: matcher)
    let anchors = Anchors(join)
    let missing = MissingAttributes(
      join.rows, rules: join.rules, directories: input.tenant.directories)

    var decisions = Decisions(join.rows.places)
    SettledRows(join: join, anchors: anchors).decide(in: &decisions)
    try Task.checkCancellation()
    var decider = TierDecider(
      join, availability: anchors.availability, decisions: decisions,
      missing: try await MissingCandidates(join))
    decisions = Decisions([])
    for tiers in tierGroups(join) { try await decider.decide(tiers: tiers) }
    if parts.contains(.reasons) {
      try await Unmatched(join: join, missing: missing).decide(in: &decider)
    } else {
      decider.decisions.leaveOpenUnmatched()
    }
    let findings = try await LaterTiers(join: join, availability: decider.availability)
      .judge(&decider.decisions)

    return try await assemble(join, decider, anchors, missing, findings: findings)
  }

  /// The tiers that are decided together, one after the other (M11).
  private func tierGroups(_ join: Join) -> [UInt64] {
    let masks = join.exactTiers.map { UInt64(1) << UInt64($0) }
    return matcher.mode == .first ? masks : [masks.reduce(0, |)]
  }

  private func assemble(
    _ join: Join, _ decider: TierDecider, _ anchors: Anchors, _ missing: MissingAttributes,
    findings: [Finding]
  ) async throws -> Plan {
    let rows = join.rows
    var plan = Plan(
      directoryUsers: rows.batches, users: join.users, rules: join.rules,
      reasons: decider.decisions.reasons, vanishedLinks: anchors.vanished)
    plan.rows = decider.decisions.rows
    plan.newLinks = plan.rows.indices.filter { plan.rows[$0].state == .found }
    guard parts.contains(.summary) else { return plan }
    let changes = try await UserChangePlanner(
      rows: rows, users: join.users, tenant: join.input.tenant, missing: missing
    ).changes(of: plan.rows, join.input.partitions)
    plan.userChanges = changes.changes
    plan.unclaimed = unclaimed(join, decider)
    plan.changedReleases = anchors.changedReleases
    let seen = try await SeenOtherwise(anchors, in: join)
    plan.sightings = seen.sightings
    plan.findings =
      missing.findings + rows.findings + findings + seen.renamed + changes.findings
      + restoredLogins(plan.userChanges) + seen.moved
    return plan
  }

  /// Says why linked users get a Windows login that no administrator could have taken away.
  private func restoredLogins(_ changes: UserChanges) -> [Finding] {
    let count = changes.restoredLogins
    guard count > 0 else { return [] }
    let who = count == 1 ? "1 linked user" : "\(count) linked users"
    return [
      Finding(
        .restoredLogin,
        message: "\(who) had no Windows login and it is set again: earlier versions lost it when "
          + "a run changed another field")
    ]
  }

  private func unclaimed(_ join: Join, _ decider: TierDecider) -> [Int] {
    join.index.sorted(
      (0..<join.users.count).filter {
        !decider.availability.isTaken($0) && !decider.claimed.contains($0)
      })
  }
}
