internal import TenantCore

/// What was decided for a row.
struct Decision: Sendable {
  var state: RowState
  /// The linked user's number, or -1.
  var user: Int32 = -1
  var reason: PlannedReason
}

/// The decisions of all rows; a row without one is still open.
struct Decisions: Sendable {
  private(set) var byRow: [Decision?]
  /// The reasons that ``TenantCore/PlannedReason/detailed(_:)`` refers to.
  private(set) var reasons: [Reason] = []

  init(rowCount: Int) { byRow = [Decision?](repeating: nil, count: rowCount) }

  subscript(row: Int) -> Decision? { byRow[row] }

  /// The rows without a decision, in order.
  var open: [Int] { byRow.indices.filter { byRow[$0] == nil } }

  mutating func decide(_ row: Int, _ state: RowState, user: Int, by reason: PlannedReason) {
    byRow[row] = Decision(state: state, user: Int32(user), reason: reason)
  }

  mutating func decide(_ row: Int, _ state: RowState, user: Int = -1, because reason: Reason) {
    reasons.append(reason)
    byRow[row] = Decision(
      state: state, user: Int32(user), reason: .detailed(Int32(reasons.count - 1)))
  }
}
