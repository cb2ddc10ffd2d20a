internal import TenantCore

/// The names of some users by their ids.
enum UserNames {
  /// Looks them up, all at once.
  static func names(of ids: [Int64], _ database: StoreDatabase) throws -> [Int64: String] {
    guard !ids.isEmpty else { return [:] }
    var row = RowImage()
    ValueList.append(ids, to: &row)
    let statement = try database.statement(
      "SELECT id, user_name FROM users WHERE id IN \(database.dialect.numbers)")
    try statement.bind(row)
    var names: [Int64: String] = [:]
    try statement.forEachRow {
      names[statement.integer(0)] = String(decoding: statement.bytes(1), as: UTF8.self)
    }
    return names
  }
}
