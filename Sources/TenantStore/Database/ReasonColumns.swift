internal import TenantCore

/// The seven columns that hold a reason, the same in `links` and `snapshot`.
enum ReasonColumns {
  static let names = [
    "reason_code", "reason_matcher", "reason_attribute", "reason_value", "reason_canonical",
    "reason_candidates", "reason_detail",
  ]

  /// The columns of a table for a SELECT.
  static func list(of alias: String) -> String {
    names.map { "\(alias).\($0)" }.joined(separator: ", ")
  }

  /// Appends a reason, or seven times NULL.
  static func append(_ reason: Reason?, to row: inout RowImage) {
    guard let reason else {
      for _ in names { row.appendNull() }
      return
    }
    row.append(reason.code)
    row.append(reason.matcher)
    row.append(reason.attribute)
    row.append(reason.value)
    row.append(reason.canonical)
    if reason.candidates.isEmpty {
      row.appendNull()
    } else {
      row.append(building: { JSONText.append(reason.candidates, to: &$0) })
    }
    row.append(reason.detail)
  }

  /// Reads a reason; nil if there is none.
  static func reason(in row: RowImage, from first: Int) throws -> Reason? {
    guard let code = row.text(first) else { return nil }
    return Reason(
      code: code, matcher: row.text(first + 1), attribute: row.text(first + 2),
      value: row.text(first + 3), canonical: row.text(first + 4),
      candidates: try row.slice(first + 5).map { try JSONText.texts($0) } ?? [],
      detail: row.text(first + 6))
  }
}
