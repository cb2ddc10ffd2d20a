internal import PluginContract
internal import TenantCore

extension OverviewAnswer {
  /// The answer as CSV, a line a tenant: RFC 4180, harmless in a spreadsheet (R5).
  package var csv: String {
    let headings = [
      "tenant", "displayName", "needsSomebody", "users", "matched", "notMatched", "vanishedLinks",
      "unclaimed", "attention", "changedSinceReview", "lastReview", "lastReviewAge", "lastSuccess",
      "snapshotAge", "lastFailure", "lastFailureMessage", "troubles",
      "reasons",
    ]
    return CSVCellWriter.line(headings)
      + tenants.map { CSVCellWriter.line(Self.cells($0)) }.joined()
  }

  private static func cells(_ tenant: Tenant) -> [String] {
    let counts = tenant.counts
    return [
      tenant.tenant, tenant.displayName ?? "", "\(tenant.needsSomebody)",
      counts.map { "\($0.total)" } ?? "", counts.map { "\($0.matched)" } ?? "",
      counts.map { "\($0.notMatched)" } ?? "", "\(tenant.vanishedLinks)", "\(tenant.unclaimed)",
      tenant.attention.map { "\($0)" } ?? "", tenant.changedSinceReview.map { "\($0)" } ?? "",
      tenant.lastReview.map { "\($0.signedAt)" } ?? "",
      tenant.lastReview.map { "\($0.age)" } ?? "",
      tenant.snapshot.map { "\($0.completedAt)" } ?? "",
      tenant.snapshot.map { "\($0.age)" } ?? "", tenant.lastFailure.map { "\($0.at)" } ?? "",
      tenant.lastFailure?.message ?? "", tenant.troubles.map(\.code).joined(separator: "; "),
      tenant.troubles.map(\.sentence).joined(separator: "; "),
    ]
  }
}

extension OverviewAnswer.Trouble {
  /// The message, and what helps.
  package var sentence: String { [message, nextStep].compactMap(\.self).joined(separator: "; ") }
}
