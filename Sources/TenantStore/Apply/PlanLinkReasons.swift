internal import PluginContract
internal import TenantCore

/// The reasons of a plan's new links, which a first run has a million of: straight from the bytes that
/// were read, where one value was compared.
struct PlanLinkReasons {
  private let plan: Plan
  /// For each batch and rule, the place of the compared column; -1 if it has none, nil before it was
  /// looked up.
  private var places: [Int?]

  init(_ plan: Plan) {
    self.plan = plan
    places = [Int?](repeating: nil, count: plan.directoryUsers.count * plan.rules.count)
  }

  /// What ``TenantCore/Plan/reason(of:)`` gives, as bytes.
  mutating func reason(of row: PlannedRow) -> LinkWriter.CompactReason {
    guard case .rule(let index, let value) = row.reason, row.user >= 0,
      plan.rules[Int(index)].attributes.count == 1,
      let column = column(of: Int(index), in: Int(row.batch))
    else {
      let name = row.user < 0 ? "" : plan.users.userName(of: Int(row.user))
      return LinkWriter.CompactReason(plan.reason(of: row), userName: name)
    }
    let rule = plan.rules[Int(index)]
    var reason = LinkWriter.CompactReason(
      code: rule.code, matcher: rule.matcher, attribute: rule.attributes[0],
      candidates: .theUser)
    let records = plan.directoryUsers[Int(row.batch)].records
    let values = records.columns[column].raw.values(of: Int(row.record))
    let position = values.lowerBound + Int(value)
    guard values.contains(position) else { return reason }
    let text = records.columns[column].raw.value(position)
    reason.value = text
    // The column's own canonical form may have been given up since the keys were made.
    reason.canonical = CanonicalText.of(text)?[...]
    return reason
  }

  private mutating func column(of rule: Int, in batch: Int) -> Int? {
    let slot = batch * plan.rules.count + rule
    if places[slot] == nil {
      let attribute = plan.rules[rule].attributes[0]
      places[slot] =
        plan.directoryUsers[batch].records.columns.firstIndex { $0.name == attribute } ?? -1
    }
    return places[slot].flatMap { $0 < 0 ? nil : $0 }
  }
}
