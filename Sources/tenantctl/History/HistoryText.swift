internal import Administration
internal import Authorization
internal import PluginContract
internal import TenantCore

/// A tenant's history for people.
struct HistoryText {
  let history: TenantHistory
  let filter: HistoryFilter

  /// What cannot be there, because it is no change of whom or what was asked for, has no heading. Of the runs of a
  /// login only those are told that found no row for its link.
  func text(in directories: [Directory], _ style: TextStyle) -> String {
    let changes = section("Changes", history.changes.map(changeLine), style)
    guard filter.kinds.isEmpty else { return changes }
    guard let login = filter.login?.lookUps(in: directories) else {
      let runs = section("Runs", history.runs.flatMap(runLines), style)
      guard !filter.isOfChanges else { return runs + changes }
      return runs + section("Refusals", history.refusals.map(refusalLine), style)
        + section("Sign-ins and access", history.events.map(eventLine), style) + changes
    }
    let vanished = history.runs.flatMap { run in
      run.vanishedLinks.filter { vanished in
        login.contains { $0.fits(domain: vanished.link.domain, login: vanished.link.login) }
      }.map {
        "  \(run.startedAt)  run \(run.id): \(vanishedText($0))"
      }
    }
    return changes
      + (vanished.isEmpty ? "" : section("Vanished links", vanished, style))
  }

  /// A heading and its lines, made harmless.
  private func section(_ heading: String, _ lines: [String], _ style: TextStyle) -> String {
    let body = lines.isEmpty ? ["  none"] : lines
    return style.bold(heading) + "\n" + body.map { DisplayText.safe($0) + "\n" }.joined()
  }

  private func vanishedText(_ vanished: VanishedLink) -> String {
    "\(vanished.state.rawValue): \(vanished.link.domain)\\\(vanished.link.login), linked to "
      + "'\(vanished.link.userName)'"
  }

  private func runLines(_ run: RunRecord) -> [String] {
    let head =
      "  \(run.id)  \(run.startedAt)  \(run.outcome.rawValue)  by \(run.actor): "
      + (run.outcome == .complete
        ? "\(run.counts.total) AD users, \(run.newLinks) new links, \(run.updatedUsers) updated"
        : run.messageAtTerminal)
    return [head] + run.reads.map { "      \($0.domain): \($0.records) records from \($0.server)" }
      + run.vanishedLinks.map { "      \(vanishedText($0))" }
      + run.findings.map {
        "      \($0.code.rawValue): \($0.subject.map { "\($0): " } ?? "")\($0.message)"
      }
  }

  private func refusalLine(_ refusal: RefusalRecord) -> String {
    let missing = refusal.missing.isEmpty ? "no role" : refusal.missing.joined(separator: ", ")
    let login = refusal.login.map { " as '\($0)'" } ?? ""
    return "  \(refusal.at)  \(refusal.actor)  \(refusal.action)\(login): \(missing)"
  }

  private func eventLine(_ event: AuditEvent) -> String {
    let subject = event.subject.map { ": \($0)" } ?? ""
    let address = event.address.map { " from \($0)" } ?? ""
    return "  \(event.at)  \(event.actor)  \(event.action)\(subject)\(address)"
  }

  private func changeLine(_ change: ChangeRecord) -> String {
    let by = change.run.map { "run \($0)" } ?? change.actor
    let login = change.login.map { " \(change.domain.map { "\($0)\\" } ?? "")\($0)" } ?? ""
    let fields = change.fields.map {
      "\($0.field.rawValue) \($0.old.map { "'\($0)'" } ?? "blank") to "
        + "\($0.new.map { "'\($0)'" } ?? "blank")"
    }
    let details = fields + [change.comment].compactMap(\.self)
    return "  \(change.at)  \(change.kind.rawValue) '\(change.userName)'\(login) by \(by)"
      + (details.isEmpty ? "" : ": \(details.joined(separator: ", "))")
  }
}
