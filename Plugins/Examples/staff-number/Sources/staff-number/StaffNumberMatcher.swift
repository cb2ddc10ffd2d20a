import PluginContract

/// The plugin: `matcher: staff-number` in a tenant file.
let staffNumberMatcher = MatcherPlugin(
  MatcherDeclaration(
    name: "staff-number", version: "1.0.0",
    summary: "the user's employee ID against employeeID, leading zeros dropped",
    options: [
      OptionDeclaration(
        "prefix", .string, default: .string(""), "a prefix before the number that is dropped")
    ])
) { context in StaffNumberMatcher(prefix: context.options.string("prefix") ?? "") }

/// Compares staff numbers as numbers: `0042` is `42`.
struct StaffNumberMatcher: Matcher {
  let rules = [
    KeyRule(
      code: "staff-number", matcher: "staff-number", attributes: ["employeeID"],
      fields: [.employeeId])
  ]
  let attributes = ["employeeID"]
  let fields: [TenantField] = [.employeeId]
  private let prefix: [UInt8]

  /// Takes the prefix as a person writes it; the values are folded, so it must be too.
  init(prefix: String) { self.prefix = Array(CanonicalText.of(prefix).utf8) }

  func keys(for batch: RecordBatch, side: Side, purpose: KeyPurpose) throws -> KeyBatch {
    let name = side == .directory ? "employeeID" : TenantField.employeeId.rawValue
    let column = batch.column(name)?.canonical
    var keys = KeyBatch()
    for record in 0..<batch.count {
      if let column, purpose == .candidates {
        for (index, value) in column.values(of: record).enumerated() {
          keys.add(number(column.value(value)), rule: 0, valueIndex: index)
        }
      }
      keys.endRecord()
    }
    return keys
  }

  /// The value without prefix and leading zeros; the last zero of `000` stays.
  private func number(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = value.starts(with: prefix) ? value.dropFirst(prefix.count) : value
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    return digits.dropFirst(min(zeros, max(digits.count - 1, 0)))
  }
}
