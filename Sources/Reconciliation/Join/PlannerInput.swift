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
  package var links: LinkTable
  /// The pairs that administrators unlinked.
  package var releases: [Release]
  /// Where linked users are that were not read; absent: deleted.
  package var presence: [ObjectGUID: Presence]
  /// For a users file, which cannot prove that it is whole: the reasons of the rows that several users
  /// matched in the last run (M16).
  package var ambiguities: [ObjectGUID: Reason]

  /// Makes an input.
  package init(
    tenant: Tenant, directoryUsers: [DirectoryUserBatch], directoryKeys: [KeyBatch],
    users: TenantUsers, userKeys: [KeyBatch], links: LinkTable = LinkTable(),
    releases: [Release] = [],
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
