internal import TenantCore

/// The decisions of all rows, in the rows' order; a row without one is still open.
struct Decisions: Sendable {
  /// Stands for the user of a row that is open.
  private static let openUser: Int32 = -2

  /// The rows as a plan has them, once none is open.
  private(set) var rows: [PlannedRow]
  /// The reasons that ``TenantCore/PlannedReason/detailed(_:)`` refers to.
  private(set) var reasons: [Reason] = []

  init(_ places: [DirectoryRows.Place]) {
    rows = places.map {
      PlannedRow(
        batch: $0.batch, record: $0.record, state: .unmatched, user: Self.openUser, reason: .kept)
    }
  }

  /// What was decided of a row; nil if it is open.
  subscript(row: Int) -> PlannedRow? { isOpen(row) ? nil : rows[row] }

  func isOpen(_ row: Int) -> Bool { rows[row].user == Self.openUser }

  /// The rows without a decision, in order.
  var open: [Int32] {
    rows.indices.lazy.filter { isOpen($0) }.map { Int32(truncatingIfNeeded: $0) }
  }

  /// Leaves the rows that are open unmatched, without a reason that says anything.
  mutating func leaveOpenUnmatched() {
    for row in rows.indices where isOpen(row) { decide(row, .unmatched, user: -1, by: .kept) }
  }

  mutating func decide(_ row: Int, _ state: RowState, user: Int, by reason: PlannedReason) {
    rows[row].state = state
    rows[row].user = Int32(truncatingIfNeeded: user)
    rows[row].reason = reason
  }

  mutating func decide(_ row: Int, _ state: RowState, user: Int = -1, because reason: Reason) {
    reasons.append(reason)
    decide(row, state, user: user, by: .detailed(Int32(reasons.count - 1)))
  }
}
