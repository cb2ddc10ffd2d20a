internal import Authorization
internal import PluginContract
internal import Synchronization
internal import TenantCore

/// A review as a table for people: rows, what has no row, and a summary line.
struct ReviewTable {
  let session: TenantSession
  let snapshot: Snapshot
  let filter: RowFilter
  /// The states that were asked for; vanished links are listed if theirs is among them.
  let states: [String]

  func text(style: TextStyle) async throws -> String {
    let table = Mutex(TextTable(headings))
    let selection = Mutex(filter)
    let shown: [RowColumn] = columns
    let needed = shown + filter.columns.filter { !shown.contains($0) }
    try await snapshot.rows.forEachBatch(columns: needed) { batch in
      try Task.checkCancellation()
      let rows = selection.withLock { $0.select(from: batch, columns: shown) }
      table.withLock { table in
        for row in 0..<rows.count { table.add(shown.map { rows.text($0, row: row) ?? "" }) }
      }
    }
    let lines = table.withLock { $0.lines(width: Terminal.width, style: style) }
    return (lines + vanishedLines + [""] + summary(style)).joined(separator: "\n") + "\n"
  }

  private var columns: [RowColumn] {
    let domain: [RowColumn] = session.tenant.directories.count > 1 ? [.domain] : []
    return domain + [.activeDirectoryLogin, .smtpAddress, .status, .state, .reasonMessage]
  }

  private var headings: [String] {
    columns.map { column in
      switch column {
      case .domain: "Domain"
      case .state: "State"
      case .reasonMessage: "Reason"
      default: column.heading
      }
    }
  }

  private var vanishedLines: [String] {
    snapshot.vanishedLinks.filter { states.contains($0.state.rawValue) }.map {
      DisplayText.safe(
        "\($0.link.domain)\\\($0.link.login)  linked to '\($0.link.userName)'  \($0.state.rawValue)"
      )
    }
  }

  private func summary(_ style: TextStyle) -> [String] {
    let counts = snapshot.run.counts
    let byState = counts.present.map { "\($0.state.rawValue) \($0.count)" }.joined(separator: ", ")
    var lines = [
      style.bold(
        "\(session.tenant.displayName): \(counts.total) users, \(counts[Status.matched]) matched, "
          + "\(counts[Status.notMatched]) not matched") + (byState.isEmpty ? "" : " (\(byState))")
        + ". \(age)"
    ]
    if !snapshot.vanishedLinks.isEmpty {
      let states = Dictionary(grouping: snapshot.vanishedLinks, by: \.state.rawValue)
        .sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }
      lines.append("links without a row: \(states.joined(separator: ", "))")
    }
    if !snapshot.unclaimed.isEmpty {
      lines.append("users of the application that nobody claims: \(snapshot.unclaimed.count)")
    }
    if !snapshot.run.findings.isEmpty {
      lines.append(
        "findings: \(snapshot.run.findings.count) (tenantctl history \(session.tenant.name))")
    }
    if let failure = snapshot.lastFailure {
      lines.append(
        style.yellow(
          "last run failed: \(failure.completedAt), \(failure.message ?? failure.outcome.rawValue)")
      )
    }
    return lines.map { $0.contains("\u{1B}") ? $0 : DisplayText.safe($0) }
  }

  private var age: String {
    guard !snapshot.isLive else { return "Read now, nothing stored." }
    let completed = Timestamp(snapshot.run.completedAt) ?? Timestamp.now()
    let seconds = Timestamp.now().secondsSince1970 - completed.secondsSince1970
    return "Run \(snapshot.run.id), \(Self.words(seconds)) ago."
  }

  /// An age in the largest unit that fits; a clock that was set back counts as now.
  static func words(_ seconds: Int64) -> String {
    let units: [(Int64, String)] = [(86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
    let (length, name) = units.first { seconds >= $0.0 } ?? (1, "second")
    let count = max(0, seconds / length)
    return "\(count) \(name)\(count == 1 ? "" : "s")"
  }
}
