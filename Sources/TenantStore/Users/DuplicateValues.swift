internal import GRDB
internal import PluginContract
internal import TenantCore

/// Finds values that ought to be unique in a tenant and are not (S4): compared trimmed and folded,
/// as they count (S1).
struct DuplicateValues {
  /// The fields that ought to be unique.
  static let fields: [TenantField] = [.windowsLogin, .employeeId, .email]

  private let database: Database

  init(_ database: Database) { self.database = database }

  /// A finding for each value that several users hold; it names five of them.
  func findings() throws -> [Finding] {
    try Self.fields.flatMap { field in
      var holders: [String: (first: Int, names: [String], count: Int)] = [:]
      var number = 0
      try forEachValue(of: field) { value, userName, _ in
        number += 1
        var entry = holders[value] ?? (number, [], 0)
        entry.count += 1
        if entry.names.count < 5 { entry.names.append(userName) }
        holders[value] = entry
      }
      let several = holders.filter { $0.value.count > 1 }
      return several.sorted { $0.value.first < $1.value.first }.map { value, entry in
        let names = entry.names.joined(separator: ", ")
        let rest = entry.count - entry.names.count
        return Finding(
          .duplicateValue, subject: entry.names.first,
          message: "\(field.rawValue) '\(value)' is held by \(entry.count) users: \(names)"
            + (rest > 0 ? " and \(rest) more" : ""))
      }
    }
  }

  /// Another user that holds a value, or nil.
  func holder(of value: String, in field: TenantField, besides id: Int64) throws -> String? {
    let wanted = CanonicalText.of(value)
    var holder: String?
    try forEachValue(of: field) { value, userName, owner in
      if value == wanted, owner != id, holder == nil { holder = userName }
    }
    return holder
  }

  private func forEachValue(
    of field: TenantField, _ body: (_ value: String, _ userName: String, _ id: Int64) -> Void
  ) throws {
    let value =
      if let profileField = ProfileField.allCases.first(where: { $0.tenantField == field }) {
        "coalesce("
          + Profile.precedence.map { UserColumns.column(profileField, in: $0) }
          .joined(separator: ", ") + ")"
      } else {
        UserColumns.windowsLogin
      }
    let statement = try RawStatement(
      database,
      "SELECT id, user_name, \(value) AS value FROM users WHERE value IS NOT NULL ORDER BY name_key"
    )
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      body(CanonicalText.of(row.text(2) ?? ""), row.text(1) ?? "", row.integer(0))
    }
  }
}
