package import TenantCore

/// Some rows of the snapshot, in its order.
package struct RowsAnswer: Encodable, Sendable {
  let tenant: String
  let run: Int64
  let rows: [RowAnswer]
  let keys: [String]
  /// Behind what the next part begins; nil at the end.
  @OrNull var next: String?

  /// Tells of rows.
  package init(tenant: String, run: Int64, rows: [RowAnswer], keys: [RowKey], next: String?) {
    self.tenant = tenant
    self.run = run
    self.rows = rows
    self.keys = keys.map(\.description)
    self.next = next
  }
}

/// Some of the users whom nobody claims.
package struct UnclaimedAnswer: Encodable, Sendable {
  let tenant: String
  @OrNull var run: Int64?
  let unclaimed: [String]
  /// Behind whom the next part begins; nil at the end.
  @OrNull var next: String?

  /// Tells of users.
  package init(tenant: String, run: Int64?, unclaimed: [String], next: String?) {
    self.tenant = tenant
    self.run = run
    self.unclaimed = unclaimed
    self.next = next
  }
}

/// Some of a run's findings.
package struct FindingsAnswer: Encodable, Sendable {
  let tenant: String
  @OrNull var run: Int64?
  let findings: [FindingAnswer]
  /// Behind what the next part begins; nil at the end.
  @OrNull var next: String?

  /// Tells of findings.
  package init(tenant: String, run: Int64?, findings: [Finding], next: String?) {
    self.tenant = tenant
    self.run = run
    self.findings = findings.map(FindingAnswer.init)
    self.next = next
  }
}
