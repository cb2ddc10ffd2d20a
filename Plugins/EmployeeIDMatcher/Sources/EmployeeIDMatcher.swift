package import PluginContract

/// The plugin: `matcher: employee-id` (M4).
package let employeeIDMatcher = MatcherPlugin(
  MatcherDeclaration(
    name: "employee-id", version: "1.0.0", summary: "the user's employee ID against employeeID")
) { _ in EmployeeIDMatcher() }

/// Compares the tenant user's employee ID with `employeeID`, digit by digit: `0042` is not `42`.
struct EmployeeIDMatcher: Matcher {
  let rules =
    [
      KeyRule(
        code: "employee-id", matcher: "employee-id", attributes: ["employeeID"],
        fields: [.employeeId])
    ]
    + [NearMissKind.whitespace, .lookAlike, .numberFormat].map {
      .near($0, matcher: "employee-id", attributes: ["employeeID"], fields: [.employeeId])
    }
  let attributes = ["employeeID"]
  let fields: [TenantField] = [.employeeId]
  private static let exactRule = 0
  private static let whitespaceRule = 1
  private static let lookAlikeRule = 2
  private static let numberRule = 3

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let name = side == .directory ? "employeeID" : TenantField.employeeId.rawValue
    let column = batch.column(name)?.canonical
    var keys = KeyBatch()
    for record in 0..<batch.count {
      if let column { addKeys(column, record, purpose, to: &keys) }
      keys.endRecord()
    }
    return keys
  }

  private func addKeys(
    _ column: PackedColumn, _ record: Int, _ purpose: KeyPurpose, to keys: inout KeyBatch
  ) {
    for (index, position) in column.values(of: record).enumerated() {
      let value = column.value(position)
      switch purpose {
      case .candidates:
        keys.add(value, rule: Self.exactRule, valueIndex: index)
      case .explanation:
        keys.add(Likeness.withoutSpaces(value), rule: Self.whitespaceRule, valueIndex: index)
        keys.add(Likeness.withoutLookAlikes(value), rule: Self.lookAlikeRule, valueIndex: index)
        for number in Likeness.numbers(in: value) {
          keys.add(number, rule: Self.numberRule, valueIndex: index)
        }
      }
    }
  }
}
