internal import PluginContract
internal import TenantCore

/// Packs planned rows into batches; several threads may do so at once.
struct PlanBatchPacker: Sendable {
  let source: PlanSource
  let order: SnapshotOrder
  private let userIDs: PlanUserIDs
  private let isNewLink: [Bool]

  init(_ source: PlanSource, userIDs: PlanUserIDs) {
    self.source = source
    self.userIDs = userIDs
    order = SnapshotOrder(source)
    var isNewLink = [Bool](repeating: false, count: source.plan.rows.count)
    for row in source.plan.newLinks where isNewLink.indices.contains(row) { isNewLink[row] = true }
    self.isNewLink = isNewLink
  }

  /// True if a row's link is made by this run.
  private func isNewLink(_ place: Int) -> Bool { isNewLink[order.number(place)] }

  /// Packs the rows of some places, all of one domain.
  ///
  /// - Parameter reasons: what is stored instead of a link's own reason, by place.
  func pack(_ places: Range<Int>, reasons: [Int: Reason] = [:]) -> PackedSnapshotBatch {
    var builder = SnapshotBatchBuilder()
    let rows = places.map { order.row($0) }
    for row in rows { begin(row, in: &builder) }
    // A column at a time: the rows lie scattered in the memory of the plan, and look-ups that do not depend on each
    // other go on at once.
    append(rows, of: source.loginColumns, to: &builder.login)
    append(rows, of: source.columns(.mail), to: &builder.mail)
    append(rows, of: source.columns(.firstName), to: &builder.firstName)
    append(rows, of: source.columns(.lastName), to: &builder.lastName)
    append(rows, of: source.columns(.employeeID), to: &builder.employeeID)
    appendSplit(rows, to: &builder)
    for (index, row) in rows.enumerated() {
      appendRest(row, index, at: places.lowerBound + index, reasons, to: &builder)
    }
    let first = places.first.map { order.key($0) } ?? []
    return builder.finish(domain: rows.first.map { source.domain(of: $0) } ?? "", firstKey: first)
  }

  private func append(
    _ rows: [PlannedRow], of columns: [PackedColumn], to builder: inout TextColumnBuilder
  ) {
    for row in rows { builder.append(firstOf: Int(row.record), in: columns[Int(row.batch)]) }
  }

  private func appendSplit(_ rows: [PlannedRow], to builder: inout SnapshotBatchBuilder) {
    let (logins, principalNames) = (source.loginColumns, source.columns(.userPrincipalName))
    for row in rows {
      let batch = Int(row.batch)
      builder.append(
        principalNameOf: Int(row.record), in: principalNames[batch], login: logins[batch])
    }
    let names = source.columns(.distinguishedName)
    for row in rows {
      builder.append(distinguishedNameOf: Int(row.record), in: names[Int(row.batch)])
    }
  }

  private func begin(_ row: PlannedRow, in builder: inout SnapshotBatchBuilder) {
    // `found` is derived from the link's run when it is read, so that the next run writes nothing.
    let state = row.state == .found ? RowState.linked : row.state
    builder.beginRow(
      source.anchor(of: row), state, source.flags(of: row), userID: userIDs[Int(row.user)] ?? 0)
  }

  private func appendRest(
    _ row: PlannedRow, _ index: Int, at place: Int, _ reasons: [Int: Reason],
    to builder: inout SnapshotBatchBuilder
  ) {
    let occurrence = order.occurrence(place)
    if occurrence > 1 { builder.append(occurrence: occurrence, of: index) }
    let more = source.more(of: row)
    if !more.isEmpty { builder.append(more: more[...], of: index) }
    let reason =
      (reasons.isEmpty ? nil : reasons[place])
      ?? source.storedReason(of: row, isNewLink: isNewLink(place))
    if let reason { builder.append(StoredReason(reason), of: index) }
  }
}
