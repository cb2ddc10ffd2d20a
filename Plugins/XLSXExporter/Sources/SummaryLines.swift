internal import PluginContract

/// What the sheet `Summary` says, line by line: what, and its value.
enum SummaryLines {
  /// All but the notes.
  static func lines(_ header: ExportHeader, _ summary: ExportSummary) -> [[String]] {
    var lines = [
      ["Tenant", header.tenant],
      ["Run", header.run.map(String.init) ?? "none: the directory was read for this file"],
      ["Started", header.startedAt],
      ["Completed", header.completedAt],
      ["Live", header.live ? "yes" : "no"],
      ["Total", String(header.matched + header.notMatched)],
      ["Matched", String(header.matched)],
      ["Not matched", String(header.notMatched)],
    ]
    lines += header.countsByState.map { ["State \($0.state)", String($0.count)] }
    if let failure = summary.lastFailure {
      lines.append(["Last failure", "run \(failure.run) at \(failure.at): \(failure.message)"])
    }
    return lines
  }

  /// Where the format's limits show.
  static func notes(userSheets: Int, cutCells: Int) -> [String] {
    var notes: [String] = []
    if userSheets > 1 {
      notes.append("the users are on \(userSheets) sheets, 'Users' to 'Users \(userSheets)'")
    }
    if cutCells > 0 {
      notes.append(
        "cells cut, because the format holds \(CellText.unitLimit) characters in one: \(cutCells)")
    }
    return notes
  }
}
