internal import Authorization
internal import OperatingSystem
package import PluginContract
internal import Synchronization
package import TenantCore

/// Gives a snapshot to an exporter, batch by batch.
package struct SnapshotExport {
  private let snapshot: Snapshot
  private let plugin: ExporterPlugin
  private let columns: [RowColumn]
  /// True if every cell is left as it is.
  package var isExact = false
  /// True if the file begins with a byte order mark.
  package var hasByteOrderMark = false
  /// The format's options.
  package var options = OptionValues()

  /// Makes an export of all rows that a snapshot gives.
  package init(snapshot: Snapshot, plugin: ExporterPlugin, columns: [RowColumn]) {
    self.snapshot = snapshot
    self.plugin = plugin
    self.columns = columns
  }

  /// Writes the whole file.
  ///
  /// - Parameter sink: takes the next bytes; what it throws ends the export.
  package func write(
    tenant: String, to sink: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    let exporter = ExporterInUse()
    // An outside exporter is waited for; the rows come on the store's own thread.
    try await OwnThread.run {
      do {
        try sink(exporter.begin(plugin, header(tenant: tenant)))
      } catch let error as OptionError {
        throw Failure(.usage, "format '\(plugin.declaration.name)': \(error)")
      }
    }
    try await snapshot.rows.forEachBatch(columns: columns) { batch in
      guard batch.count > 0 else { return }
      try sink(exporter.write(batch))
    }
    try await OwnThread.run { try exporter.end(summary, to: sink) }
  }

  private func header(tenant: String) -> ExportHeader {
    let run = snapshot.run
    return ExportHeader(
      tenant: tenant, run: snapshot.isLive ? nil : Int(run.id),
      startedAt: run.startedAt.description, completedAt: run.completedAt.description,
      live: snapshot.isLive,
      countsByState: run.counts.present.map { ($0.state.rawValue, $0.count) },
      matched: run.counts[Status.matched], notMatched: run.counts[Status.notMatched],
      columns: columns, exact: isExact, byteOrderMark: hasByteOrderMark, options: options)
  }

  private var summary: ExportSummary {
    ExportSummary(
      vanishedLinks: snapshot.vanishedLinks.map {
        .init(
          state: $0.state.rawValue, objectGUID: $0.link.guid.description, domain: $0.link.domain,
          login: $0.link.login, userName: $0.link.userName)
      },
      unclaimed: snapshot.unclaimed,
      findings: snapshot.run.findings.map {
        .init(code: $0.code.rawValue, subject: $0.subject, message: $0.message)
      },
      lastFailure: snapshot.lastFailure.map {
        .init(
          run: Int($0.id), at: $0.completedAt.description,
          message: $0.message ?? $0.outcome.rawValue)
      })
  }
}

extension PlanParts {
  /// What a format's files show of a plan, with these columns.
  package init(shownBy format: ExporterDeclaration, columns: [RowColumn]) {
    self = []
    if columns.contains(where: \.tellsReason) { insert(.reasons) }
    if format.usesSummary { insert(.summary) }
  }
}

extension RowColumn {
  /// True for a column that tells something of the row's reason.
  var tellsReason: Bool { rawValue.hasPrefix("reason") }
}

/// An exporter is used by one thread at a time, which the lock around it sees to.
private final class ExporterInUse: Sendable {
  private struct Box {
    var exporter: (any Exporter)?
  }

  private let box = Mutex(Box())

  func begin(_ plugin: ExporterPlugin, _ header: ExportHeader) throws -> [UInt8] {
    try box.withLock { box in
      var exporter = try plugin.make()
      defer { box.exporter = exporter }
      return try exporter.begin(header)
    }
  }

  func write(_ batch: RowBatch) throws -> [UInt8] {
    try box.withLock { try $0.exporter?.write(batch) ?? [] }
  }

  func end(
    _ summary: ExportSummary, to sink: @Sendable ([UInt8]) throws -> Void
  ) throws {
    try box.withLock { try $0.exporter?.end(summary, to: sink) }
  }
}
