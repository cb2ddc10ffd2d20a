package import TenantCore

/// A link without a row, or without a user.
package struct VanishedLinkAnswer: Encodable, Sendable {
  let state: String
  let objectGUID: String
  let domain: String
  let login: String
  let userName: String

  /// Tells of a link.
  package init(_ vanished: VanishedLink) {
    state = vanished.state.rawValue
    objectGUID = vanished.link.guid.description
    domain = vanished.link.domain
    login = vanished.link.login
    userName = vanished.link.userName
  }
}

/// All of a tenant's links without a row, or without a user.
package struct VanishedLinksAnswer: Encodable, Sendable {
  let tenant: String
  @OrNull var run: Int64?
  let vanishedLinks: [VanishedLinkAnswer]

  /// Tells of the links of a snapshot; nil if there is no complete run yet.
  package init(tenant: String, _ head: SnapshotHead?) {
    self.tenant = tenant
    run = head?.run.id
    vanishedLinks = head?.vanishedLinks.map(VanishedLinkAnswer.init) ?? []
  }
}

/// A note beside a row or a run.
package struct FindingAnswer: Encodable, Sendable {
  let code: String
  @OrNull var subject: String?
  let message: String

  /// Tells of a finding.
  package init(_ finding: Finding) {
    code = finding.code.rawValue
    subject = finding.subject
    message = finding.message
  }
}
