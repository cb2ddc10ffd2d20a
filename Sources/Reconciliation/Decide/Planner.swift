package import PluginContract
package import TenantCore

/// All that a plan is made from; nothing else can influence it (M8).
package struct PlannerInput: Sendable {
  /// The tenant as its file describes it.
  package var tenant: Tenant
  /// All that was read, in any order.
  package var directoryUsers: [DirectoryUserBatch]
  /// The exact keys of `directoryUsers`, batch by batch.
  package var directoryKeys: [KeyBatch]
  /// All tenant users.
  package var users: TenantUsers
  /// The exact keys of `users`, batch by batch.
  package var userKeys: [KeyBatch]
  /// The links that stood before the run.
  package var links: [Link]
  /// The pairs that administrators unlinked.
  package var releases: [Release]
  /// Where linked users are that were not read; absent: deleted.
  package var presence: [ObjectGUID: Presence]
  /// For a users file, which cannot prove that it is whole: the reasons of the rows that several users
  /// fitted in the last run (M16).
  package var ambiguities: [ObjectGUID: Reason]

  /// Makes an input.
  package init(
    tenant: Tenant, directoryUsers: [DirectoryUserBatch], directoryKeys: [KeyBatch],
    users: TenantUsers, userKeys: [KeyBatch], links: [Link] = [], releases: [Release] = [],
    presence: [ObjectGUID: Presence] = [:], ambiguities: [ObjectGUID: Reason] = [:]
  ) {
    self.tenant = tenant
    self.directoryUsers = directoryUsers
    self.directoryKeys = directoryKeys
    self.users = users
    self.userKeys = userKeys
    self.links = links
    self.releases = releases
    self.presence = presence
    self.ambiguities = ambiguities
  }
}

/// Decides what a run would do: pure, no input or output beside the matcher's (M7 to M15, S1 to S5).
package struct Planner: Sendable {
  private let matcher: any Matcher

  /// Makes a planner for a tenant's matcher, which is asked for near keys where a reason wants
  /// them.
  package init(matcher: any Matcher) { self.matcher = matcher }

  /// Makes the plan.
  ///
  /// - Throws: what the matcher throws; nothing is concluded then.
  package func plan(_ input: PlannerInput) async throws -> Plan {
    let rules = matcher.rules
    let rows = DirectoryRows(input.directoryUsers, domains: input.tenant.directories.map(\.domain))
    let index = UserIndex(input.userKeys, users: input.users, rules: rules)
    let keys = RowKeys(input.directoryKeys, rows: rows, rules: rules, index: index)
    let writer = ReasonWriter(
      rows: rows, keys: keys, rules: rules, users: input.users, links: input.links)
    let anchors = Anchors(input: input, rows: rows)
    let missing = MissingAttributes(rows, rules: rules, directories: input.tenant.directories)

    var decisions = Decisions(rowCount: rows.places.count)
    let settled = SettledRows(rows: rows, keys: keys, writer: writer, anchors: anchors)
    settled.decide(in: &decisions)
    var decider = TierDecider(
      rows: rows, keys: keys, index: index, writer: writer, releases: input.releases,
      missing: MissingCandidates(input.ambiguities, users: input.users, writer: writer),
      availability: anchors.availability(input), decisions: decisions)
    for tiers in tierGroups(rules) { decider.decide(tiers: tiers, userCount: input.users.count) }
    try await Unmatched(
      matcher: matcher, rows: rows, keys: keys, writer: writer, users: input.users,
      missing: missing
    ).decide(in: &decider)
    let findings = LaterTiers(
      rows: rows, keys: keys, index: index, writer: writer, availability: decider.availability,
      mode: matcher.mode, rules: rules
    ).judge(&decider.decisions)

    return assemble(input, rows, decider, anchors, missing, findings: findings)
  }

  /// The tiers that are decided together, one after the other (M11).
  private func tierGroups(_ rules: [KeyRule]) -> [UInt64] {
    let tiers = Set(rules.filter { $0.strength == .exact }.map(\.tier)).sorted()
    let masks = tiers.map { UInt64(1) << UInt64($0) }
    return matcher.mode == .first ? masks : [masks.reduce(0, |)]
  }

  private func assemble(
    _ input: PlannerInput, _ rows: DirectoryRows, _ decider: TierDecider, _ anchors: Anchors,
    _ missing: MissingAttributes, findings: [Finding]
  ) -> Plan {
    let decisions = decider.decisions
    var plan = Plan(
      directoryUsers: rows.batches, users: input.users, rules: matcher.rules,
      reasons: decisions.reasons, vanishedLinks: anchors.vanished)
    plan.rows.reserveCapacity(rows.places.count)
    for (row, place) in rows.places.enumerated() {
      guard let decision = decisions[row] else { continue }
      plan.rows.append(
        PlannedRow(
          batch: place.batch, record: place.record, state: decision.state, user: decision.user,
          reason: decision.reason))
      if decision.state == .found { plan.newLinks.append(row) }
    }
    let changes = UserChangePlanner(
      rows: rows, users: input.users, blankValues: input.tenant.synchronization.blankValues,
      missing: missing, directories: input.tenant.directories
    ).changes(of: plan.rows)
    plan.userChanges = changes.changes
    plan.unclaimed = unclaimed(input, decider)
    plan.changedReleases = anchors.changedReleases
    plan.findings =
      missing.findings + rows.findings + findings + anchors.renamed(rows) + changes.findings
      + restoredLogins(plan.userChanges)
    return plan
  }

  /// Says why linked users get a Windows login that no administrator could have taken away.
  private func restoredLogins(_ changes: [UserChange]) -> [Finding] {
    let count = changes.count(where: \.restoresLogin)
    guard count > 0 else { return [] }
    let who = count == 1 ? "1 linked user" : "\(count) linked users"
    return [
      Finding(
        .restoredLogin,
        message: "\(who) had no Windows login and it is set again: earlier versions lost it when "
          + "a run changed another field")
    ]
  }

  private func unclaimed(_ input: PlannerInput, _ decider: TierDecider) -> [Int] {
    decider.index.sorted(
      (0..<input.users.count).filter {
        !decider.availability.isTaken($0) && !decider.claimed.contains($0)
      })
  }
}
