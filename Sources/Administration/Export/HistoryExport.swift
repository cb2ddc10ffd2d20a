internal import Authorization
internal import PluginContract
package import TenantCore

/// A list of the history as CSV, the latest first.
package struct HistoryExport: Sendable {
  /// Which list.
  package enum Table: String, CaseIterable, Sendable { case runs, changes, refusals, events }

  /// Which list.
  package let table: Table
  private let session: TenantSession
  private let filter: HistoryFilter

  /// Lines that are looked up at once.
  private static let pieceCount = 1000

  init(_ table: Table, of session: TenantSession, fitting filter: HistoryFilter) {
    self.table = table
    self.session = session
    self.filter = filter
  }

  /// Writes the whole file.
  ///
  /// - Parameter sink: takes the next lines; what it throws ends the export.
  package func write(to sink: (String) async throws -> Void) async throws {
    switch table {
    case .runs: try await writeRuns(to: sink)
    case .changes: try await writeChanges(to: sink)
    case .refusals: try await writeRefusals(to: sink)
    case .events: try await writeEvents(to: sink)
    }
  }

  private func writeRuns(to sink: (String) async throws -> Void) async throws {
    try await sink(
      CSVCellWriter.line([
        "run", "outcome", "actor", "startedAt", "completedAt", "matched", "notMatched", "newLinks",
        "updatedUsers", "message",
      ]))
    var before: Int64?
    repeat {
      let runs = try await session.runs(
        before: before, fitting: filter, limit: Self.pieceCount)
      let lines = runs.map { run in
        CSVCellWriter.line([
          "\(run.id)", run.outcome.rawValue, run.actor, "\(run.startedAt)",
          "\(run.completedAt)",
          "\(run.counts[Status.matched])", "\(run.counts[Status.notMatched])", "\(run.newLinks)",
          "\(run.updatedUsers)", run.message ?? "",
        ])
      }
      try await sink(lines.joined())
      before = runs.count == Self.pieceCount ? runs.last?.id : nil
    } while before != nil
  }

  private func writeChanges(to sink: (String) async throws -> Void) async throws {
    try await sink(Self.changesHeading)
    var before: Int64?
    repeat {
      let changes = try await session.changes(
        before: before, fitting: filter, limit: Self.pieceCount)
      try await sink(changes.map(Self.line).joined())
      before = changes.count == Self.pieceCount ? changes.last?.number : nil
    } while before != nil
  }

  /// The first line of a list of changes.
  static let changesHeading = CSVCellWriter.line([
    "number", "at", "kind", "actor", "run", "userName", "domain", "login", "objectGUID", "changes",
    "comment",
  ])

  /// The line of a change.
  static func line(_ change: NumberedChange) -> String { CSVCellWriter.line(cells(change)) }

  private static func cells(_ numbered: NumberedChange) -> [String] {
    let change = numbered.change
    let fields = change.fields.map {
      "\($0.field.rawValue): \($0.old ?? "") -> \($0.new ?? "")"
    }
    return [
      "\(numbered.number)", "\(change.at)", change.kind.rawValue, change.actor,
      change.run.map { "\($0)" } ?? "", change.userName, change.domain ?? "", change.login ?? "",
      change.guid?.description ?? "", fields.joined(separator: "; "), change.comment ?? "",
    ]
  }

  private func writeRefusals(to sink: (String) async throws -> Void) async throws {
    try await sink(CSVCellWriter.line(["at", "actor", "action", "missing", "login"]))
    let lines = try await session.refusals(fitting: filter).map {
      CSVCellWriter.line([
        "\($0.at)", $0.actor, $0.action, $0.missing.joined(separator: "; "), $0.login ?? "",
      ])
    }
    try await sink(lines.joined())
  }

  private func writeEvents(to sink: (String) async throws -> Void) async throws {
    try await sink(CSVCellWriter.line(["at", "actor", "action", "subject", "address"]))
    let lines = try await session.events(fitting: filter).map {
      CSVCellWriter.line(["\($0.at)", $0.actor, $0.action, $0.subject ?? "", $0.address ?? ""])
    }
    try await sink(lines.joined())
  }
}

extension TenantSession {
  /// A list of the history as a file; the store is open when it is given.
  package func historyExport(
    _ table: HistoryExport.Table, fitting filter: HistoryFilter = HistoryFilter()
  ) async throws -> HistoryExport {
    _ = try await storeForReading()
    return HistoryExport(table, of: self, fitting: filter)
  }
}
