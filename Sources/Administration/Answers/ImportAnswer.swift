package import TenantCore

/// What an import of users did.
package struct ImportAnswer: Encodable, Sendable {
  let tenant: String
  let added: Int
  let updated: Int
  let unchanged: Int
  /// Rows that were passed over, with their lines.
  let skipped: [String]
  let findings: [FindingAnswer]

  /// Tells of an import.
  package init(tenant: String, _ report: ImportReport) {
    self.tenant = tenant
    added = report.added
    updated = report.updated
    unchanged = report.unchanged
    skipped = report.skipped
    findings = report.findings.map(FindingAnswer.init)
  }
}
