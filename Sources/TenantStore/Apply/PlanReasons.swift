internal import PluginContract
internal import TenantCore

/// Spells out the reasons of planned rows.
extension PlanSource {
  /// The reason of a row, or nil where it is the link's own.
  func reason(of row: PlannedRow) -> Reason? {
    switch row.reason {
    case .kept:
      nil
    case .rule(let index, let value):
      plan.rules.indices.contains(Int(index))
        ? reason(plan.rules[Int(index)], value: Int(value), of: row) : nil
    case .detailed(let index):
      plan.reasons.indices.contains(Int(index)) ? plan.reasons[Int(index)] : nil
    }
  }

  /// The reason that the snapshot stores: none where it is that of a link (semantics.md 5: "kept
  /// from the time of linking").
  func storedReason(of row: PlannedRow, isNewLink: Bool) -> Reason? {
    if isNewLink { return nil }
    if case .rule = row.reason, row.state.status == .matched { return nil }
    return reason(of: row)
  }

  private func reason(_ rule: KeyRule, value: Int, of row: PlannedRow) -> Reason {
    let records = batch(of: row).records
    let columns = rule.attributes.compactMap { records.column($0) }
    func joined(_ texts: [String?]) -> String? {
      let present = texts.compactMap { $0 }
      return present.isEmpty ? nil : present.joined(separator: " ")
    }
    func text(_ column: PackedColumn) -> String? {
      let values = column.texts(of: Int(row.record))
      return values.indices.contains(value) ? values[value] : values.first
    }
    return Reason(
      code: rule.code, matcher: rule.matcher,
      attribute: rule.attributes.joined(separator: "+"), value: joined(columns.map { text($0.raw) }),
      canonical: joined(columns.filter { $0.canonical.recordCount > 0 }.map { text($0.canonical) }))
  }
}
