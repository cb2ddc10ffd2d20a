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
    appendValues(rows, to: &builder)
    for (index, row) in rows.enumerated() {
      appendRest(row, index, at: places.lowerBound + index, reasons, to: &builder)
    }
    let first = places.first.map { order.key($0) } ?? []
    return builder.finish(domain: rows.first.map { source.domain(of: $0) } ?? "", firstKey: first)
  }

  /// Adds the texts a column at a time: the rows lie scattered in the memory of the plan.
  private func appendValues(_ rows: [PlannedRow], to builder: inout SnapshotBatchBuilder) {
    let places: [ScatteredColumn.Place] = rows.map { ($0.batch, $0.record) }
    func gathered(_ column: ScatteredColumn) -> PackedColumn {
      var values = PackedColumn()
      values.appendRecords(firstOf: places, in: column)
      return values
    }
    let logins = gathered(source.scatteredLogins)
    builder.login.append(firstOfAll: logins)
    builder.mail.append(firstOfAll: gathered(source.scattered(.mail)))
    builder.firstName.append(firstOfAll: gathered(source.scattered(.firstName)))
    builder.lastName.append(firstOfAll: gathered(source.scattered(.lastName)))
    builder.employeeID.append(firstOfAll: gathered(source.scattered(.employeeID)))
    let principalNames = gathered(source.scattered(.userPrincipalName))
    let names = gathered(source.scattered(.distinguishedName))
    for row in rows.indices {
      builder.append(principalNameOf: row, in: principalNames, login: logins)
      builder.append(distinguishedNameOf: row, in: names)
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
