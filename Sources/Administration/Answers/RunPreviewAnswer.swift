package import TenantCore
internal import PluginContract
internal import Reconciliation

/// What a run would do.
package struct RunPreviewAnswer: Encodable, Sendable {
  /// A pair that would be linked.
  struct NewLink: Encodable, Sendable {
    let activeDirectoryLogin: String
    let domain: String
    let userName: String
    let reason: String
  }

  /// A user who would change.
  struct Update: Encodable, Sendable {
    let userName: String
    let fields: [Field]
  }

  /// A field's old and new value; nil is blank.
  struct Field: Encodable, Sendable {
    let field: String
    @OrNull var old: String?
    @OrNull var new: String?
  }

  let tenant: String
  let dryRun = true
  let counts: CountsAnswer
  /// How many pairs would be linked, and the first of them.
  let newLinks: Int
  let links: [NewLink]
  /// How many users would change, and the first of them.
  let updatedUsers: Int
  let updates: [Update]
  let vanishedLinks: Int
  /// The limits by which the run would be refused (T3).
  let refusals: [String]

  private enum CodingKeys: CodingKey {
    case tenant, dryRun, counts, newLinks, links, updatedUsers, updates, vanishedLinks, refusals
  }

  init(
    tenant: String, counts: StateCounts, newLinks: Int, links: [NewLink], updatedUsers: Int,
    updates: [Update], vanishedLinks: Int, refusals: [String]
  ) {
    self.tenant = tenant
    self.counts = CountsAnswer(counts)
    (self.newLinks, self.links) = (newLinks, links)
    (self.updatedUsers, self.updates) = (updatedUsers, updates)
    (self.vanishedLinks, self.refusals) = (vanishedLinks, refusals)
  }

  /// Tells of a preview.
  ///
  /// - Parameter listed: the most links and updates that are told one by one.
  package init(_ tenant: Tenant, _ report: RunReport, listed: Int) {
    let plan = report.plan
    let links = plan.newLinks.prefix(listed).map { index in
      let row = plan.rows[index]
      let batch = plan.directoryUsers[Int(row.batch)]
      let login = batch.records.column(DirectoryAttribute.login)?.raw.text(of: Int(row.record))
      let directories = tenant.directories
      return NewLink(
        activeDirectoryLogin: login ?? "",
        domain: directories.indices.contains(batch.directory)
          ? directories[batch.directory].domain : "",
        userName: plan.users.userName(of: Int(row.user)), reason: plan.reason(of: row).code)
    }
    let updates = plan.userChanges.prefix(listed).map { change in
      Update(
        userName: plan.users.userName(of: change.user),
        fields: (change.recording + (change.windowsLogin.map { [$0] } ?? [])).map {
          Field(field: $0.field.rawValue, old: $0.old, new: $0.new)
        })
    }
    self.init(
      tenant: tenant.name, counts: report.run.counts, newLinks: plan.newLinks.count, links: links,
      updatedUsers: plan.userChanges.count, updates: updates,
      vanishedLinks: report.run.vanishedLinks.count,
      refusals: report.refusals.map(\.description))
  }
}
