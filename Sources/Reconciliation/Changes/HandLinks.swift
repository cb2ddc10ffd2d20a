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
    let rows = DirectoryRows(
      all: EntryBatch.batches(of: entries, in: tenant), domains: tenant.directories.map(\.domain))
    let planned = zip(rows.places, users).map { place, user in
      PlannedRow(
        batch: place.batch, record: place.record, state: .linked, user: Int32(user), reason: .kept)
    }
    let decided = UserChangePlanner(
      rows: rows, users: all, tenant: tenant,
      missing: MissingAttributes(nothingOf: tenant.directories)
    ).changes(of: planned)
    // A row's number is its link's.
    for change in decided.changes { changes[change.row] = change }
    let links = Dictionary(
      zip(users.map { all.userName(of: $0) }, users.indices)
    ) { first, _ in first }
    for finding in decided.findings {
      if let link = finding.subject.flatMap({ links[$0] }) { findings[link].append(finding) }
    }
  }
}
