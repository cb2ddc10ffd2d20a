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

/// Some of a tenant's links without a row, or without a user.
package struct VanishedLinksAnswer: Encodable, Sendable {
  let tenant: String
  @OrNull var run: Int64?
  let vanishedLinks: [VanishedLinkAnswer]
  /// Behind what the next part begins; nil at the end.
  @OrNull var next: String?

  /// Tells of links.
  ///
  /// - Parameter run: the run that found them; nil if there is no complete one yet.
  package init(tenant: String, run: Int64?, links: [VanishedLink], next: String?) {
    self.tenant = tenant
    self.run = run
    vanishedLinks = links.map(VanishedLinkAnswer.init)
    self.next = next
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
