internal import Foundation
internal import OperatingSystem
internal import PluginContract
internal import TenantCore

/// A plan's rows as a review or an export wants them, without a store.
struct PlanRows: SnapshotRows {
  let plan: Plan
  let tenant: Tenant
  /// For linked rows, the reasons from the time of linking.
  let linkReasons: [ObjectGUID: Reason]
  /// How many batches are prepared at once.
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws {
    let filling = PlanRowFilling(rows: self, columns: columns)
    let (count, size) = (plan.rows.count, RowBatch.maximumCount)
    // What takes the rows may wait for a disk or a program.
    try await OwnThread.run { cancellation in
      var start = 0
      try OrderedWork(threads: threads).run(
        next: { () -> Range<Int>? in
          try cancellation.check()
          guard start < count else { return nil }
          defer { start += size }
          return start..<min(count, start + size)
        },
        work: { filling.batch($0) }, deliver: { (batch: RowBatch) in try body(batch) })
    }
  }

  func reason(of row: PlannedRow) -> Reason {
    guard row.reason == .kept else { return plan.reason(of: row) }
    let guid = plan.directoryUsers[Int(row.batch)].anchors[Int(row.record)]
    guard let link = guid.flatMap({ linkReasons[$0] }) else { return plan.reason(of: row) }
    return plan.currentReason(of: row, link: link) ?? link
  }
}

/// Fills batches of rows column by column.
private struct PlanRowFilling: Sendable {
  private let rows: PlanRows
  private let columns: [RowColumn]
  /// Where the columns are that values are taken from as they are.
  private var sources: [RowColumn: ScatteredColumn] = [:]
  private let domains: [[UInt8]]
  private let words = StateWords()

  init(rows: PlanRows, columns: [RowColumn]) {
    self.rows = rows
    self.columns = columns
    domains = rows.tenant.directories.map { Array($0.domain.utf8) }
    for column in columns {
      if let attribute = Self.attribute(of: column) {
        sources[column] = ScatteredColumn(
          rows.plan.directoryUsers.map { $0.records.column(attribute)?.raw })
      } else if let field = Self.field(of: column) {
        sources[column] = ScatteredColumn(
          rows.plan.users.batches.map { $0.records.column(field.rawValue)?.raw })
      }
    }
  }

  private static func attribute(of column: RowColumn) -> String? {
    switch column {
    case .activeDirectoryLogin: DirectoryAttribute.login
    case .smtpAddress: DirectoryAttribute.mail
    case .distinguishedName: DirectoryAttribute.distinguishedName
    default: nil
    }
  }

  private static func field(of column: RowColumn) -> TenantField? {
    switch column {
    case .userName: .userName
    case .windowsLogin: .windowsLogin
    default: nil
    }
  }

  func batch(_ range: Range<Int>) -> RowBatch {
    let rows = rows.plan.rows[range]
    // A row's reason is the answer to several columns.
    let asksReasons = columns.contains(where: \.tellsReason)
    let reasons = asksReasons ? rows.map { self.rows.reason(of: $0) } : []
    var batch = RowBatch(columns: columns)
    for column in columns {
      batch.fill(column) { values in
        if let source = sources[column] {
          fill(&values, from: source, rows, isUser: Self.field(of: column) != nil)
        } else if asksReasons, column.tellsReason {
          for (row, reason) in zip(rows, reasons) { fill(&values, column, reason, row.state) }
        } else {
          for row in rows { fill(&values, column, row) }
        }
      }
    }
    return batch
  }

  private func fill(
    _ values: inout PackedColumn, from source: ScatteredColumn, _ rows: ArraySlice<PlannedRow>,
    isUser: Bool
  ) {
    let size = Int32(RecordBatch.maximumCount)
    values.appendRecords(
      firstOf: rows.map { row in
        guard isUser else { return (row.batch, row.record) }
        return row.user < 0 ? (-1, 0) : (row.user / size, row.user % size)
      },
      in: source)
  }

  private func fill(_ values: inout PackedColumn, _ column: RowColumn, _ row: PlannedRow) {
    let (batch, record) = (Int(row.batch), Int(row.record))
    switch column {
    case .status: values.append(words.status[row.state.number])
    case .state: values.append(words.state[row.state.number])
    case .domain: values.append(domains[rows.plan.directoryUsers[batch].directory])
    case .objectGUID:
      guard let guid = rows.plan.directoryUsers[batch].anchors[record] else { break }
      var text: [UInt8] = []
      guid.appendText(to: &text)
      values.append(text.span)
    case .enabled, .locked, .expired:
      let flags = rows.plan.directoryUsers[batch].flags[record]
      if let text = flags.text(of: column) { values.append(text.utf8) }
    default: break
    }
    values.endRecord()
  }

  private func fill(
    _ values: inout PackedColumn, _ column: RowColumn, _ reason: Reason, _ state: RowState
  ) {
    let texts: [String?] =
      switch column {
      case .reasonCode: [reason.code]
      case .reasonMatcher: [reason.matcher]
      case .reasonAttribute: [reason.attribute]
      case .reasonValue: [reason.value]
      case .reasonCanonical: [reason.canonical]
      case .reasonMessage: [reason.message(for: state)]
      case .reasonNextStep: [reason.nextStep(for: state)]
      case .reasonCandidates: reason.candidates
      default: []
      }
    for text in texts { if let text { values.append(text.utf8) } }
    values.endRecord()
  }
}

/// The words of states as bytes, by the state's place in their definition.
private struct StateWords: Sendable {
  let state = RowState.allCases.map { Array($0.rawValue.utf8) }
  let status = RowState.allCases.map { Array($0.status.rawValue.utf8) }
}
