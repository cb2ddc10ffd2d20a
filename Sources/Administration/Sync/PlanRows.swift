internal import PluginContract
internal import TenantCore

/// A plan's rows as a review or an export wants them, without a store.
struct PlanRows: SnapshotRows {
  let plan: Plan
  let tenant: Tenant
  /// For linked rows, the reasons from the time of linking.
  let linkReasons: [ObjectGUID: Reason]

  func forEachBatch(
    columns: [RowColumn], _ body: @escaping @Sendable (RowBatch) throws -> Void
  ) async throws {
    var batch = RowBatch(columns: columns)
    for row in plan.rows {
      for column in columns { fill(column, of: row, in: &batch) }
      guard batch.count == RowBatch.maximumCount else { continue }
      try body(batch)
      batch = RowBatch(columns: columns)
    }
    if batch.count > 0 { try body(batch) }
  }

  private func fill(_ column: RowColumn, of row: PlannedRow, in batch: inout RowBatch) {
    let source = plan.directoryUsers[Int(row.batch)]
    let record = Int(row.record)
    func attribute(_ name: String) -> ArraySlice<UInt8>? {
      source.records.column(name)?.raw.first(of: record)
    }
    func text(_ text: String?) { batch.fill(column, texts: text.map { [$0] } ?? []) }
    func user(_ field: TenantField) -> String? {
      row.user < 0 ? nil : plan.users.text(field, of: Int(row.user))
    }
    switch column {
    case .activeDirectoryLogin: batch.fill(column, attribute(DirectoryAttribute.login))
    case .smtpAddress: batch.fill(column, attribute(DirectoryAttribute.mail))
    case .distinguishedName: batch.fill(column, attribute(DirectoryAttribute.distinguishedName))
    case .status: text(row.state.status.rawValue)
    case .state: text(row.state.rawValue)
    case .domain: text(tenant.directories[source.directory].domain)
    case .objectGUID: text(source.anchors[record]?.description)
    case .enabled, .locked, .expired: text(source.flags[record].text(of: column))
    case .userName: text(user(.userName))
    case .windowsLogin: text(user(.windowsLogin))
    case .reasonCandidates: batch.fill(column, texts: reason(of: row).candidates)
    case .reasonCode: text(reason(of: row).code)
    case .reasonMatcher: text(reason(of: row).matcher)
    case .reasonAttribute: text(reason(of: row).attribute)
    case .reasonValue: text(reason(of: row).value)
    case .reasonCanonical: text(reason(of: row).canonical)
    case .reasonMessage: text(reason(of: row).message(for: row.state))
    case .reasonNextStep: text(reason(of: row).nextStep(for: row.state))
    }
  }

  private func reason(of row: PlannedRow) -> Reason {
    guard row.reason == .kept else { return plan.reason(of: row) }
    let guid = plan.directoryUsers[Int(row.batch)].anchors[Int(row.record)]
    guard let link = guid.flatMap({ linkReasons[$0] }) else { return plan.reason(of: row) }
    return plan.currentReason(of: row, link: link) ?? link
  }
}
