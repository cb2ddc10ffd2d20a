internal import PluginContract
internal import TenantCore

/// The tables of the evidence as CSV, harmless in a spreadsheet (R5).
struct EvidenceTables: Sendable {
  private let round: SignedRound

  init(_ round: SignedRound) { self.round = round }

  private static let usersHeading = [
    "activeDirectoryLogin", "smtpAddress", "status", "state", "domain", "objectGUID", "enabled",
    "locked", "expired", "userName", "reasonCode", "decision", "note", "until", "for", "decidedBy",
    "decidedAt",
  ]

  /// Writes each directory user, in R4's order.
  ///
  /// - Parameter visit: is given each row.
  func writeUsers(
    _ visit: @escaping @Sendable (RoundItem) -> Void,
    to sink: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    try sink(Array(CSVCellWriter.line(Self.usersHeading).utf8))
    let writer = CSVCellWriter(exact: false)
    let round = round
    try await round.rows { rows in
      var columns = Self.usersHeading.map { _ in PackedColumn() }
      for row in 0..<rows.count {
        let item = round.item(row, of: rows)
        visit(item)
        for (index, cell) in Self.cells(item, round).enumerated() {
          columns[index].appendRecord(text: cell)
        }
      }
      var lines: [UInt8] = []
      writer.appendLines(columns, rows: 0..<rows.count, to: &lines)
      try sink(lines)
    }
  }

  private static func cells(_ item: RoundItem, _ round: SignedRound) -> [String?] {
    let flags = item.facts.flags
    return [
      item.login, item.mail, item.facts.status?.rawValue, item.facts.state, item.domain,
      item.subject.guid?.description, flags.text(of: .enabled), flags.text(of: .locked),
      flags.text(of: .expired), item.facts.userName, item.facts.reasonCode,
    ] + decision(item, round)
  }

  /// Decision, note, until, for, by, at: what needed no decision was confirmed by the signature (V1).
  private static func decision(_ item: RoundItem, _ round: SignedRound) -> [String?] {
    switch (item.mark, item.decision) {
    case (.undecided, _): ["undecided", nil, nil, nil, nil, nil]
    case (.decided, let decision?):
      [
        decision.wish.kind.rawValue, decision.wish.note, decision.wish.until?.description,
        decision.wish.assignee, decision.actor, decision.at.description,
      ]
    case (.bySignature, _), (.decided, nil):
      [
        ReviewDecision.Kind.confirmed.rawValue, "by the signature", nil, nil, round.closed.actor,
        round.closed.at.description,
      ]
    }
  }

  /// The exceptions that stand.
  func exceptions(_ items: [RoundItem]) -> String {
    let heading = CSVCellWriter.line([
      "kind", "domain", "activeDirectoryLogin", "objectGUID", "userName", "note", "until",
      "decidedBy", "decidedAt", "review",
    ])
    return heading
      + items.compactMap { item in
        item.decision.map { decision in
          CSVCellWriter.line([
            item.subject.kind, item.domain, item.login, item.subject.guid?.description ?? "",
            item.userName ?? "", decision.wish.note ?? "", decision.wish.until?.description ?? "",
            decision.actor, decision.at.description, "\(decision.review)",
          ])
        }
      }.joined()
  }

  /// What was changed by hand (V3).
  func corrections() -> String {
    HistoryExport.changesHeading + round.corrections.map(HistoryExport.line).joined()
  }

  func reviewers() -> String {
    CSVCellWriter.line(["assignment", "name", "roles", "mayAdminister"])
      + round.details.reviewers.map { reviewer in
        CSVCellWriter.line([
          reviewer.assignment, reviewer.name, reviewer.roles.joined(separator: "; "),
          reviewer.mayAdminister ? "true" : "false",
        ])
      }.joined()
  }
}
