internal import TenantCore

/// Which reasons of planned rows are stored where.
extension PlanSource {
  /// The reason that the snapshot stores: none where it is that of a link (semantics.md 5: "kept
  /// from the time of linking").
  func storedReason(of row: PlannedRow, isNewLink: Bool) -> Reason? {
    if isNewLink { return nil }
    return switch row.reason {
    case .kept: nil
    case .rule where row.state.status == .matched: nil
    case .rule, .detailed: plan.reason(of: row)
    }
  }
}
