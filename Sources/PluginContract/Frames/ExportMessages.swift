/// ``ExportHeader`` as it travels.
package struct BeginExport: Codable, Sendable, Equatable {
  package struct StateCount: Codable, Sendable, Equatable {
    package var state: String
    package var count: Int
  }

  package var tenant: String
  package var run: Int?
  package var startedAt: String
  package var completedAt: String
  package var live: Bool
  package var countsByState: [StateCount]
  package var matched: Int
  package var notMatched: Int
  package var columns: [RowColumn]
  package var exact: Bool
  package var byteOrderMark: Bool
  package var options: [String: OptionValue]

  /// Makes the message.
  package init(_ header: ExportHeader) {
    tenant = header.tenant
    run = header.run
    startedAt = header.startedAt
    completedAt = header.completedAt
    live = header.live
    countsByState = header.countsByState.map { StateCount(state: $0.state, count: $0.count) }
    matched = header.matched
    notMatched = header.notMatched
    columns = header.columns
    exact = header.exact
    byteOrderMark = header.byteOrderMark
    options = header.options.all
  }

  /// What the exporter is given.
  func header(declared: [OptionDeclaration]) -> ExportHeader {
    ExportHeader(
      tenant: tenant, run: run, startedAt: startedAt, completedAt: completedAt, live: live,
      countsByState: countsByState.map { ($0.state, $0.count) }, matched: matched,
      notMatched: notMatched, columns: columns, exact: exact, byteOrderMark: byteOrderMark,
      options: OptionValues(options, declared: declared))
  }
}

/// ``ExportSummary`` as it travels.
package struct EndExport: Codable, Sendable, Equatable {
  package var vanishedLinks: [ExportSummary.VanishedLink]
  package var unclaimed: [String]
  package var findings: [ExportSummary.Finding]
  package var lastFailure: ExportSummary.Failure?

  /// Makes the message.
  package init(_ summary: ExportSummary) {
    vanishedLinks = summary.vanishedLinks
    unclaimed = summary.unclaimed
    findings = summary.findings
    lastFailure = summary.lastFailure
  }

  /// What the exporter is given.
  var summary: ExportSummary {
    ExportSummary(
      vanishedLinks: vanishedLinks, unclaimed: unclaimed, findings: findings,
      lastFailure: lastFailure)
  }
}

extension RowColumn: Codable {}
