internal import Administration
internal import PluginContract
internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import TenantCore
internal import Wiring

/// A list of the history as CSV, the latest first.
struct HistoryDownload: Sendable {
  /// Which list.
  enum Table: String, CaseIterable, Sendable { case runs, changes, refusals }

  let administration: TenantAdministration
  let table: Table

  /// Lines that are looked up at once.
  private static let pieceCount = 1000

  func response() async throws -> Response {
    let pass = try administration.parts.downloads.enter(administration.tenant.name)
    let store = try await administration.store()
    let (name, session) = (administration.tenant.name, administration.session)
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8; header=present",
        .contentDisposition: "attachment; filename=\"\(name)-\(table.rawValue).csv\"",
      ],
      body: ResponseBody { [table] writer in
        switch table {
        case .runs: try await Self.writeRuns(of: store, to: &writer)
        case .changes: try await Self.writeChanges(of: store, to: &writer)
        case .refusals:
          try await writer.write(
            ByteBuffer(string: CSVCellWriter.line(["at", "actor", "action", "missing"])))
          let refusals = try await session.refusals()
          let lines = refusals.map {
            CSVCellWriter.line([
              "\($0.at)", $0.actor, $0.action, $0.missing.joined(separator: "; "),
            ])
          }
          try await writer.write(ByteBuffer(string: lines.joined()))
        }
        try await writer.finish(nil)
        _ = pass
      })
  }

  private static func writeRuns(
    of store: any TenantStoring, to writer: inout any ResponseBodyWriter
  ) async throws {
    let headings = [
      "run", "outcome", "actor", "startedAt", "completedAt", "matched", "notMatched", "newLinks",
      "updatedUsers", "message",
    ]
    try await writer.write(ByteBuffer(string: CSVCellWriter.line(headings)))
    var before: Int64?
    repeat {
      let runs = try await store.runs(before: before, limit: pieceCount)
      let lines = runs.map { run in
        CSVCellWriter.line([
          "\(run.id)", run.outcome.rawValue, run.actor, "\(run.startedAt)",
          "\(run.completedAt)",
          "\(run.counts[Status.matched])", "\(run.counts[Status.notMatched])", "\(run.newLinks)",
          "\(run.updatedUsers)", run.message ?? "",
        ])
      }
      try await writer.write(ByteBuffer(string: lines.joined()))
      before = runs.count == pieceCount ? runs.last?.id : nil
    } while before != nil
  }

  private static func writeChanges(
    of store: any TenantStoring, to writer: inout any ResponseBodyWriter
  ) async throws {
    let headings = [
      "number", "at", "kind", "actor", "run", "userName", "domain", "login", "objectGUID",
      "changes", "comment",
    ]
    try await writer.write(ByteBuffer(string: CSVCellWriter.line(headings)))
    var before: Int64?
    repeat {
      let changes = try await store.changes(before: before, ofLogin: nil, limit: pieceCount)
      let lines = changes.map { CSVCellWriter.line(cells($0)) }
      try await writer.write(ByteBuffer(string: lines.joined()))
      before = changes.count == pieceCount ? changes.last?.number : nil
    } while before != nil
  }

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
}
