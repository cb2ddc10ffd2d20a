internal import PluginContract
package import TenantCore

/// What tenant users take from the directory when they are linked by hand (S1, S2, S4).
package struct HandLinks {
  /// For each link, the change; nil if the user takes nothing.
  package private(set) var changes: [UserChange?]
  /// For each link, a finding for each value that was skipped.
  package private(set) var findings: [[Finding]]

  /// Decides on links that are made at once: what two users would newly hold goes to neither (S4).
  ///
  /// - Parameters:
  ///   - entries: the directory users' rows.
  ///   - users: for each, the tenant user's number.
  package init(
    of entries: [SnapshotEntry], to users: [Int], in all: TenantUsers, tenant: Tenant
  ) {
    changes = [UserChange?](repeating: nil, count: entries.count)
    findings = [[Finding]](repeating: [], count: entries.count)
    var proposed: [UserChange] = []
    for (link, (entry, user)) in zip(entries, users).enumerated() {
      let (change, spoiled) = Self.proposal(of: entry, to: user, in: all, tenant: tenant)
      findings[link] = spoiled
      guard var change else { continue }
      change.row = link
      proposed.append(change)
    }
    let resolved = UniqueValues(users: all).resolve(proposed)
    for change in resolved.changes { changes[change.row] = change }
    let links = Dictionary(
      zip(users.map { all.userName(of: $0) }, users.indices)
    ) { first, _ in first }
    for finding in resolved.findings {
      if let link = finding.subject.flatMap({ links[$0] }) { findings[link].append(finding) }
    }
  }

  /// What one user would take, judged by its own row alone.
  private static func proposal(
    of entry: SnapshotEntry, to user: Int, in all: TenantUsers, tenant: Tenant
  ) -> (UserChange?, [Finding]) {
    let batch = EntryBatch(
      entry, directory: tenant.directoryIndex(ofDomain: entry.domain), attributes: []
    ).batch
    let rows = DirectoryRows([batch], domains: tenant.directories.map(\.domain))
    let (changes, findings) = UserChangePlanner(
      rows: rows, users: all, tenant: tenant,
      missing: MissingAttributes(rows, rules: [], directories: tenant.directories)
    ).proposals(of: [
      PlannedRow(batch: 0, record: 0, state: .linked, user: Int32(user), reason: .kept)
    ])
    return (changes.first, findings)
  }
}
