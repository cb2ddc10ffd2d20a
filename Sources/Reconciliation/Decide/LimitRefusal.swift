package import TenantCore

/// A limit that a run would break (T3); nothing is written until it is allowed.
package struct LimitRefusal: Sendable, Equatable, CustomStringConvertible {
  /// What would happen and which limit it breaks.
  package let description: String

  /// Shares count from this many rows up.
  static let smallestBase = 100

  /// All limits that a plan breaks.
  ///
  /// - Parameters:
  ///   - last: the latest complete run; nil for the first run, which has nothing to compare with.
  ///   - linksBefore: links that stood before the run.
  package static func all(
    of plan: Plan, tenant: Tenant, last: RunRecord?, linksBefore: Int
  ) -> [LimitRefusal] {
    guard let last else { return [] }
    let limits = tenant.synchronization.limits
    let counts = DomainCounts(plan, tenant)
    let refused = drops(counts.rows, last, limits)
    return (refused.isEmpty ? unusable(counts, tenant, last) : refused)
      + userDrop(plan.users.count, of: last.userCount ?? 0, tenant)
      + shares(plan, limits, linksBefore: linksBefore)
  }

  /// Directories whose users are there but can no longer be used, as if a right to read was lost:
  /// that is a drop, too.
  private static func unusable(
    _ counts: DomainCounts, _ tenant: Tenant, _ last: RunRecord
  ) -> [LimitRefusal] {
    guard let before = usableBefore(last) else { return [] }
    let (now, rows) = (counts.usable, counts.rows)
    let limit = tenant.synchronization.limits.maxDropPercent
    return before.sorted { $0.key < $1.key }.compactMap { domain, before in
      let left = now[domain] ?? 0
      guard before > 0, left == 0 || exceeds(before - left, of: before, limit) else { return nil }
      let share = left == 0 ? "" : ", more than limits.maxDrop (\(limit)%)"
      return LimitRefusal(
        "\(domain) has \(rows[domain] ?? 0) users, of which \(left) can be used; in the last "
          + "snapshot \(before) could be\(share); check whether an attribute such as objectGUID or "
          + "sAMAccountName can no longer be read or is no longer exported")
    }
  }

  /// A run of an earlier version counted its invalid rows, of all directories together.
  private static func usableBefore(_ last: RunRecord) -> [String: Int]? {
    if let usable = last.usableByDomain { return usable }
    guard last.rowsByDomain.count == 1 else { return nil }
    return last.rowsByDomain.mapValues { $0 - last.counts[.invalid] }
  }

  /// A users file that lost users; a store never does.
  private static func userDrop(_ now: Int, of before: Int, _ tenant: Tenant) -> [LimitRefusal] {
    guard case .csv(let path) = tenant.users, now < before else { return [] }
    guard now > 0 else {
      return [
        LimitRefusal("\(path) has no users, and in the last complete run it had \(before)")
      ]
    }
    let limit = tenant.synchronization.limits.maxUserDropPercent
    guard exceeds(before - now, of: before, limit) else { return [] }
    return [
      LimitRefusal(
        "\(path) has \(now) users, \(before - now) fewer than the last complete run's \(before): "
          + "more than limits.maxUserDrop (\(limit)%)")
    ]
  }

  private static func exceeds(_ lost: Int, of before: Int, _ percent: Int) -> Bool {
    before >= smallestBase && lost * 100 > percent * before
  }

  private static func drops(
    _ now: [String: Int], _ last: RunRecord, _ limits: Limits
  ) -> [LimitRefusal] {
    var refusals: [LimitRefusal] = []
    let before = last.rowsByDomain
    for (domain, count) in before.sorted(by: { $0.key < $1.key }) where count > 0 {
      let left = now[domain] ?? 0
      if left == 0 {
        refusals.append(
          LimitRefusal("\(domain) has no users, and the last snapshot had \(count) of it"))
      } else if let refusal = drop("\(domain) has", left, of: count, limits) {
        refusals.append(refusal)
      }
    }
    let total = before.values.reduce(0, +)
    if before.count > 1,
      let refusal = drop("all directories have", now.values.reduce(0, +), of: total, limits)
    {
      refusals.append(refusal)
    }
    return refusals
  }

  private static func drop(
    _ who: String, _ now: Int, of before: Int, _ limits: Limits
  ) -> LimitRefusal? {
    let lost = before - now
    guard exceeds(lost, of: before, limits.maxDropPercent) else { return nil }
    return LimitRefusal(
      "\(who) \(now) users, \(lost) fewer than the last snapshot's \(before): more than "
        + "limits.maxDrop (\(limits.maxDropPercent)%)")
  }

  private static func shares(
    _ plan: Plan, _ limits: Limits, linksBefore: Int
  ) -> [LimitRefusal] {
    guard linksBefore >= smallestBase else { return [] }
    let updated = plan.userChanges.updates { plan.rows[$0].state == .found }
    var refusals: [LimitRefusal] = []
    if updated * 100 > limits.maxUpdatesPercent * linksBefore {
      refusals.append(
        LimitRefusal(
          "\(updated) of \(linksBefore) linked users would change: more than "
            + "limits.maxUpdates (\(limits.maxUpdatesPercent)%)"))
    }
    if plan.newLinks.count * 100 > limits.maxNewLinksPercent * linksBefore {
      refusals.append(
        LimitRefusal(
          "\(plan.newLinks.count) new links beside \(linksBefore): more than "
            + "limits.maxNewLinks (\(limits.maxNewLinksPercent)%)"))
    }
    return refusals
  }

  private init(_ description: String) { self.description = description }
}

/// How many directory users of a plan each domain has; a configured domain without users counts as 0.
package struct DomainCounts: Sendable, Equatable {
  /// All.
  package let rows: [String: Int]
  /// Those whose record is not faulty (M14).
  package let usable: [String: Int]

  /// Counts the rows of a plan.
  package init(_ plan: Plan, _ tenant: Tenant) {
    var all = [Int](repeating: 0, count: plan.directoryUsers.count)
    var faulty = all
    for row in plan.rows {
      let batch = Int(row.batch)
      all[batch] += 1
      guard !plan.directoryUsers[batch].faults.isEmpty,
        plan.directoryUsers[batch].faults[Int(row.record)] != nil
      else { continue }
      faulty[batch] += 1
    }
    var (rows, usable) = ([String: Int](), [String: Int]())
    for directory in tenant.directories {
      (rows[directory.domain], usable[directory.domain]) = (0, 0)
    }
    for (batch, users) in plan.directoryUsers.enumerated() {
      let domain = tenant.directories[users.directory].domain
      rows[domain, default: 0] += all[batch]
      usable[domain, default: 0] += all[batch] - faulty[batch]
    }
    (self.rows, self.usable) = (rows, usable)
  }
}
