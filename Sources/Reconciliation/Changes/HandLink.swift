internal import PluginContract
package import TenantCore

/// What a tenant user takes from the directory when the two are linked by hand (S1, S2, S4).
package struct HandLink {
  private let entry: SnapshotEntry
  private let tenant: Tenant

  /// - Parameter entry: the directory user's row.
  package init(of entry: SnapshotEntry, in tenant: Tenant) {
    self.entry = entry
    self.tenant = tenant
  }

  /// The change, and a finding for each value that was skipped.
  ///
  /// - Parameter user: the index of the tenant user among `users`.
  package func change(of user: Int, in users: TenantUsers) -> (UserChange?, [Finding]) {
    let batch = EntryBatch(
      entry, directory: tenant.directoryIndex(ofDomain: entry.domain), attributes: []
    ).batch
    let rows = DirectoryRows(one: batch, domains: tenant.directories.map(\.domain))
    let (changes, findings) = UserChangePlanner(
      rows: rows, users: users, tenant: tenant,
      missing: MissingAttributes(rows, rules: [], directories: tenant.directories)
    ).changes(of: [
      PlannedRow(batch: 0, record: 0, state: .linked, user: Int32(user), reason: .kept)
    ])
    return (changes.first, findings)
  }
}
