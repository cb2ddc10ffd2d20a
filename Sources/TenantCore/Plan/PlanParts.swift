/// What a plan has beside its rows with their states and users; what nobody is going to look at is not
/// worked out.
package struct PlanParts: OptionSet, Sendable {
  /// The bits.
  package let rawValue: UInt8

  /// Takes bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Why rows are not matched. Without it ``PlannedRow/reason`` says nothing of such rows.
  package static let reasons = PlanParts(rawValue: 1)
  /// What changes in tenant users and is to be stored, the unclaimed users, and all findings.
  package static let summary = PlanParts(rawValue: 2)
  /// Everything: what a run writes, and its preview shows.
  package static let all: PlanParts = [.reasons, .summary]
}
