internal import Administration
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

  /// Rows that are measured and written at once; a longer table is written piece by piece, so that
  /// memory does not grow with it.
  private static let pieceCount = 4 * RowBatch.maximumCount

  /// Writes the review.
  func write(style: TextStyle, to sink: @escaping @Sendable (String) throws -> Void) async throws {
    let state = Mutex((table: TextTable(headings, paint: painter(style)), shown: 0))
    let shown = columns
    let filtered = FilteredRows(rows: snapshot.rows, filter: filter)
    try await filtered.forEachBatch(columns: shown) { rows in
      let lines = state.withLock { state in
        for row in 0..<rows.count { state.table.add(shown.map { rows.text($0, row: row) ?? "" }) }
        state.shown += rows.count
        guard state.table.rows.count >= Self.pieceCount else { return [String]() }
        return state.table.takeLines(width: Terminal.width, style: style)
      }
      try sink(Self.joined(lines))
    }
    let rest = state.withLock { $0.table.takeLines(width: Terminal.width, style: style) }
    let count = state.withLock(\.shown)
    try sink(Self.joined(rest + vanishedLines + [""] + summary(style, shown: count)))
  }

  private static func joined(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  private func painter(_ style: TextStyle) -> @Sendable (String, String) -> String {
    { cell, shown in
      switch Status(rawValue: cell) {
      case .matched: style.green(shown)
      case .notMatched: style.yellow(shown)
      case nil: shown
      }
    }
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

  private func summary(_ style: TextStyle, shown: Int) -> [String] {
    let counts = snapshot.run.counts
    let byState = counts.present.map { "\($0.state.rawValue) \($0.count)" }.joined(separator: ", ")
    let name = DisplayText.safe(session.tenant.displayName)
    let head =
      "\(name): \(counts.total) users, \(counts[Status.matched]) matched, "
      + "\(counts[Status.notMatched]) not matched"
    let first = style.bold(head) + (byState.isEmpty ? "" : " (\(byState))") + ". \(age)"
    let partly = shown == counts.total ? [] : ["shown: \(shown) of \(counts.total)"]
    return [first] + partly + besideRows + lastFailure.map { style.yellow($0) }
  }

  private var besideRows: [String] {
    var lines: [String] = []
    if !snapshot.vanishedLinks.isEmpty {
      let states = Dictionary(grouping: snapshot.vanishedLinks, by: \.state.rawValue)
        .sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key)" }
      lines.append("vanished links: \(states.joined(separator: ", ")) (listed by --row-state)")
    }
    if !snapshot.unclaimed.isEmpty {
      lines.append("unclaimed users of the application: \(snapshot.unclaimed.count)")
    }
    lines += snapshot.run.summaryFindings.map { DisplayText.safe($0) }
    if !snapshot.run.findings.isEmpty {
      lines.append(
        "findings: \(snapshot.run.findings.count) (tenantctl history \(session.tenant.name))")
    }
    return lines
  }

  private var lastFailure: [String] {
    guard let failure = snapshot.lastFailure else { return [] }
    return failure.messageAtTerminal.split(separator: "\n").enumerated().map {
      $0 == 0
        ? "last run failed: \(failure.completedAt), \(DisplayText.safe($1))"
        : "  \(DisplayText.safe($1))"
    }
  }

  private var age: String {
    guard !snapshot.isLive else { return "Read now, nothing stored." }
    let seconds = Timestamp.now().secondsSince1970 - snapshot.run.completedAt.secondsSince1970
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
