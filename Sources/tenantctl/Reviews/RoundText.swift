internal import Administration
internal import PluginContract
internal import TenantCore

/// A round of review for people, and as CSV.
struct RoundText {
  let tenant: Tenant
  let standing: RoundStanding

  /// One sentence on a round and what is left of it.
  static func head(tenant: String, _ standing: RoundStanding, _ moment: Timestamp) -> String {
    let (round, counts) = (standing.round, standing.counts)
    let name = DisplayText.safe(tenant)
    let opened = "opened by \(DisplayText.safe(round.opened.actor)) on run \(round.opened.run)"
    let rows = "\(counts.total) users and \(counts.vanishedLinks) vanished links"
    switch round.state {
    case .open:
      let decided = counts.decided.values.reduce(0, +)
      return "\(name): review \(round.number), \(opened). Of \(rows), \(counts.undecided) need a "
        + "decision; \(decided) decided."
    case .signed:
      let signer = round.closed.map { " by \(DisplayText.safe($0.actor)) at \($0.at)" } ?? ""
      return "\(name): review \(round.number), signed\(signer): \(rows), \(decisions(counts))."
    case .abandoned:
      let actor = round.closed.map { " by \(DisplayText.safe($0.actor)) at \($0.at)" } ?? ""
      return "\(name): review \(round.number), abandoned\(actor)."
    }
  }

  private static func decisions(_ counts: ReviewCounts) -> String {
    let kinds = ReviewDecision.Kind.allCases.compactMap { kind in
      counts.decided[kind.rawValue].map { "\($0) \(kind.rawValue)" }
    }
    return (kinds + ["\(counts.bySignature) by the signature", "\(counts.undecided) undecided"])
      .joined(separator: ", ")
  }

  /// The table, with what was corrected behind it.
  func text(_ style: TextStyle, at moment: Timestamp) -> String {
    var lines: [String] = []
    if !standing.items.isEmpty {
      var table = TextTable(headings)
      for item in standing.items { table.add(cells(item)) }
      lines = table.lines(width: Terminal.width, style: style) + [""]
    }
    lines.append(style.bold(Self.head(tenant: tenant.displayName, standing, moment)))
    if let statement = standing.round.signature?.statement {
      lines.append("statement: \(DisplayText.safe(statement))")
    }
    if let digest = standing.round.signature?.digest { lines.append("digest: \(digest)") }
    if !standing.corrections.isEmpty {
      lines.append("corrections: \(standing.corrections.count)")
      lines += standing.corrections.map { "  " + DisplayText.safe(Self.correction($0.change)) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func correction(_ change: ChangeRecord) -> String {
    let login = change.login.map { " \(change.domain.map { "\($0)\\" } ?? "")\($0)" } ?? ""
    return "\(change.at)  \(change.kind.rawValue) '\(change.userName)'\(login) by \(change.actor)"
      + (change.comment.map { ": \($0)" } ?? "")
  }

  private var headings: [String] {
    let domain = tenant.directories.count > 1 ? ["Domain"] : []
    let why = standing.round.state == .open ? ["Needs a decision"] : []
    return domain + ["Login", "Status", "State", "User"] + why + ["Decision"]
  }

  private func cells(_ item: RoundItem) -> [String] {
    let domain = tenant.directories.count > 1 ? [item.domain] : []
    let login =
      if case .row(let key) = item.subject, item.login.isEmpty { key.description } else {
        item.login
      }
    let status =
      switch item.subject {
      case .row: item.facts.status?.rawValue ?? ""
      case .vanishedLink: "Vanished link"
      case .unclaimedUser: "Unclaimed user"
      }
    let causes = item.causes.map(\.message).joined(separator: "; ")
    let why = standing.round.state == .open ? [causes] : []
    return domain + [login, status, item.facts.state, item.userName ?? ""] + why
      + [decision(item)]
  }

  private func decision(_ item: RoundItem) -> String {
    guard let decision = item.decision else {
      guard standing.round.state == .signed else { return "" }
      return item.mark == .undecided ? "undecided" : "confirmed by the signature"
    }
    return "\(decision.wish.words) (\(decision.actor), \(Day(of: decision.at)))"
  }

  // MARK: - CSV

  private static let csvHeadings = [
    "kind", "domain", "activeDirectoryLogin", "smtpAddress", "objectGUID", "status", "state",
    "userName", "reasonCode", "attention", "decision", "note", "until", "for", "decidedBy",
    "decidedAt",
  ]

  /// A line for each subject; it can come back with decisions.
  func csv() -> String {
    CSVCellWriter.line(Self.csvHeadings)
      + standing.items.map { item in
        let wish = item.decision?.wish
        return CSVCellWriter.line([
          item.subject.kind, item.domain, item.login, item.mail ?? "",
          item.subject.guid?.description ?? "", item.facts.status?.rawValue ?? "",
          item.facts.state, item.userName ?? "", item.facts.reasonCode,
          item.causes.map(\.message).joined(separator: "; "), wish?.kind.rawValue ?? "",
          wish?.note ?? "", wish?.until?.description ?? "", wish?.assignee ?? "",
          item.decision?.actor ?? "", item.decision?.at.description ?? "",
        ])
      }.joined()
  }
}
