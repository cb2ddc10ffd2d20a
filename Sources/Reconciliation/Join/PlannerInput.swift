package import PluginContract
package import TenantCore

/// All that a plan is made from; nothing else can influence it (M8).
package struct PlannerInput: Sendable {
  /// The tenant as its file describes it.
  package var tenant: Tenant
  /// All that was read, in any order.
  package var directoryUsers: [DirectoryUserBatch]
  /// The exact keys of `directoryUsers`, batch by batch, looked up in `index`.
  package var matches: [BatchMatches]
  /// `directoryUsers` by their GUIDs.
  package var anchors: DirectoryAnchors
  /// All tenant users.
  package var users: TenantUsers
  /// The exact keys of `users`.
  package var index: UserIndex
  /// The links that stood before the run.
  package var links: LinkTable
  /// The pairs that administrators unlinked.
  package var releases: [Release]
  /// Where linked users are that were not read; absent: deleted.
  package var presence: [ObjectGUID: Presence]
  /// For a users file, which cannot prove that it is whole: the reasons of the rows that several users
  /// matched in the last run (M16).
  package var ambiguities: [ObjectGUID: Reason]
  /// How many parts the work is cut into; the plan does not depend on it.
  package var partitions: Partitions

  /// Makes an input of what was joined while it was read.
  package init(
    tenant: Tenant, directoryUsers: [DirectoryUserBatch], matches: [BatchMatches],
    anchors: DirectoryAnchors, users: TenantUsers, index: UserIndex,
    links: LinkTable = LinkTable(), releases: [Release] = [],
    presence: [ObjectGUID: Presence] = [:], ambiguities: [ObjectGUID: Reason] = [:],
    partitions: Partitions = Partitions(1)
  ) {
    self.tenant = tenant
    self.directoryUsers = directoryUsers
    self.matches = matches
    self.anchors = anchors
    self.users = users
    self.index = index
    self.links = links
    self.releases = releases
    self.presence = presence
    self.ambiguities = ambiguities
    self.partitions = partitions
  }

  /// Makes an input of both sides' exact keys, batch by batch.
  ///
  /// - Parameter rules: the matcher's.
  /// - Throws: `CancellationError`.
  package init(
    tenant: Tenant, directoryUsers: [DirectoryUserBatch], directoryKeys: [KeyBatch],
    users: TenantUsers, userKeys: [KeyBatch], rules: [KeyRule],
    links: LinkTable = LinkTable(), releases: [Release] = [],
    presence: [ObjectGUID: Presence] = [:], ambiguities: [ObjectGUID: Reason] = [:],
    partitions: Partitions = Partitions(1)
  ) async throws {
    let index = try await UserIndex(
      userKeys, users: users, rules: rules, partitions: partitions)
    self.init(
      tenant: tenant, directoryUsers: directoryUsers,
      matches: try await partitions.map(directoryKeys.indices) {
        BatchMatches(directoryKeys[$0], in: index)
      },
      anchors: try await DirectoryAnchors(directoryUsers, partitions: partitions), users: users,
      index: index, links: links, releases: releases, presence: presence,
      ambiguities: ambiguities, partitions: partitions)
  }
}
