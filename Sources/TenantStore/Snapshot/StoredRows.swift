internal import PluginContract
internal import TenantCore

/// The stored rows of a snapshot, streamed in the order of their key, which is R4's.
final class StoredRows: SnapshotRows {
  private let reading: any StoreReading
  private let run: Int64

  init(reading: any StoreReading, run: Int64) {
    self.reading = reading
    self.run = run
  }

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws {
    let run = run
    try await reading.read { database in
      let filler = try RowFiller(columns, run: run, database)
      try filler.forEachBatch(of: try SnapshotReader(database, filler.parts), body)
    }
  }
}

/// Fills some columns of a review with rows of the snapshot.
struct RowFiller {
  /// What has to be read for these columns: an export of the standard ones reads little more than it writes.
  let parts: SnapshotBatch.Parts
  private let columns: [RowColumn]
  private let facts: SnapshotRowFacts

  init(_ columns: [RowColumn], run: Int64, _ database: StoreDatabase) throws {
    self.columns = columns
    parts = columns.reduce(into: .codes) { $0.formUnion(Self.parts(of: $1)) }
    facts = try SnapshotRowFacts(run: run, database)
  }

  private static func parts(of column: RowColumn) -> SnapshotBatch.Parts {
    switch column {
    case .status, .enabled, .locked, .expired, .domain, .userName, .windowsLogin: .codes
    case .activeDirectoryLogin, .smtpAddress: .shown
    case .state, .objectGUID: .anchors
    case .distinguishedName: .names
    case .reasonCode, .reasonMatcher, .reasonAttribute, .reasonValue, .reasonCanonical,
      .reasonMessage, .reasonNextStep, .reasonCandidates:
      [.anchors, .rest]
    // What is decided is no part of a snapshot.
    case .decision, .note, .until, .assignee, .decidedBy, .decidedAt: .codes
    }
  }

  func forEachBatch(of reader: SnapshotReader, _ body: (RowBatch) throws -> Void) throws {
    var batch = RowBatch(columns: columns)
    try reader.forEachSegment { source, rows in
      prepare([(source, rows)])
      var rows = rows
      while !rows.isEmpty {
        let count = min(rows.count, RowBatch.maximumCount - batch.count)
        try fill(&batch, with: rows.prefix(count), of: source)
        rows = rows.dropFirst(count)
        guard batch.count == RowBatch.maximumCount || columns.isEmpty else { continue }
        try body(batch)
        batch = RowBatch(columns: columns)
      }
    }
    if batch.count > 0 { try body(batch) }
  }

  /// Says which rows will be added next.
  func prepare(_ rows: [(batch: SnapshotBatch, rows: Range<Int>)]) { facts.prepare(rows) }

  /// Adds rows, a column at a time.
  func fill(_ batch: inout RowBatch, with rows: Range<Int>, of source: SnapshotBatch) throws {
    for column in columns {
      switch column {
      case .activeDirectoryLogin: fill(column, of: &batch, with: rows, source.shown.login)
      case .smtpAddress: fill(column, of: &batch, with: rows, source.shown.mail)
      case .status:
        batch.fill(column) { column in
          for row in rows {
            let status = Self.bytes(of: source.state(of: row).status)
            column.appendRecord(status.span)
          }
        }
      case .state:
        for row in rows { batch.fill(column, try facts.state(of: row, in: source).rawValue.utf8) }
      case .domain:
        let domain = Array(source.domain.utf8)
        batch.fill(column) { $0.appendRecords(rows.count, repeating: domain) }
      case .distinguishedName: fillNames(column, of: &batch, with: rows, source)
      case .objectGUID:
        for row in rows { batch.fill(column, source.guid(of: row)?.description.utf8) }
      case .enabled, .locked, .expired:
        for row in rows { batch.fill(column, source.flags(of: row).text(of: column)?.utf8) }
      case .userName:
        for row in rows { batch.fill(column, try facts.userName(of: row, in: source)) }
      case .windowsLogin:
        for row in rows { batch.fill(column, try facts.windowsLogin(of: row, in: source)) }
      case .decision, .note, .until, .assignee, .decidedBy, .decidedAt:
        let none: [UInt8]? = nil
        batch.fill(column) { $0.appendRecords(rows.count, repeating: none) }
      default: for row in rows { try fillReason(column, of: &batch, with: row, source) }
      }
    }
  }

  private static let matched = Array(Status.matched.rawValue.utf8)
  private static let notMatched = Array(Status.notMatched.rawValue.utf8)

  private static func bytes(of status: Status) -> [UInt8] {
    switch status {
    case .matched: matched
    case .notMatched: notMatched
    }
  }

  private func fill(
    _ column: RowColumn, of batch: inout RowBatch, with rows: Range<Int>, _ texts: TextColumn
  ) {
    let ranges = texts.ranges(of: rows)
    batch.fill(column) { $0.appendRecords(ranges.span, of: texts.bytes.span) }
  }

  private func fillNames(
    _ column: RowColumn, of batch: inout RowBatch, with rows: Range<Int>, _ source: SnapshotBatch
  ) {
    var name: [UInt8] = []
    for row in rows {
      name.removeAll(keepingCapacity: true)
      source.appendDistinguishedName(of: row, to: &name)
      batch.fill(column, name.isEmpty ? nil : name)
    }
  }

  private func fillReason(
    _ column: RowColumn, of batch: inout RowBatch, with row: Int, _ source: SnapshotBatch
  ) throws {
    let reason = try facts.reason(of: row, in: source)
    func fill(_ text: String?) { batch.fill(column, text?.utf8) }
    switch column {
    case .reasonCode: fill(reason?.code)
    case .reasonMatcher: fill(reason?.matcher)
    case .reasonAttribute: fill(reason?.attribute)
    case .reasonValue: fill(reason?.value)
    case .reasonCanonical: fill(reason?.canonical)
    case .reasonMessage: fill(reason?.message(for: try facts.state(of: row, in: source)))
    case .reasonNextStep: fill(reason?.nextStep(for: try facts.state(of: row, in: source)))
    default: batch.fill(column, texts: reason?.candidates ?? [])
    }
  }
}
