internal import PluginContract
internal import TenantCore

/// Loads all tenant users, from the store or from a users file with the store's rows laid over it.
enum UsersLoader {
  /// The users that were imported, in the order of their folded names.
  ///
  /// - Parameter key: only those whose folded names come after it.
  static func stored(
    _ database: StoreDatabase, after key: String = "", limit: Int = .max
  ) throws -> TenantUsers {
    var row = RowImage()
    row.append(nonNull: Array(key.utf8)[...])
    // All of them are found by halves: their order is that of the bytes.
    let order = limit == .max ? "name_key" : database.dialect.order(of: "name_key")
    return try users(
      database.statement(
        """
        SELECT \(UserColumns.list) FROM users
        WHERE is_imported = 1 AND \(database.dialect.isAfter("name_key", "?1"))
        ORDER BY \(order) LIMIT \(max(0, limit))
        """), row)
  }

  /// The imported users of some folded names, in the order of these; who is not there is left out.
  static func stored(_ database: StoreDatabase, named keys: [String]) throws -> TenantUsers {
    var row = RowImage()
    let dialect = database.dialect
    ValueList.append(keys, to: &row, for: dialect)
    return try users(
      database.statement(
        """
        SELECT \(UserColumns.list(of: "u")) FROM \(dialect.placedTexts) AS wanted
        \(dialect.join) users AS u ON \(dialect.holds("u.name_key", "wanted.value"))
        WHERE u.is_imported = 1 ORDER BY wanted.place
        """), row)
  }

  /// The imported users of some ids, in no order; who is not there is left out.
  static func stored(_ database: StoreDatabase, ids: [Int64]) throws -> TenantUsers {
    var row = RowImage()
    ValueList.append(ids, to: &row)
    return try users(
      database.statement(
        """
        SELECT \(UserColumns.list) FROM users WHERE is_imported = 1 AND id IN \(database.dialect.numbers)
        """), row)
  }

  private static func users(_ statement: any Statement, _ parameters: RowImage) throws
    -> TenantUsers
  {
    try statement.bind(parameters)
    var builder = TenantUsersBuilder()
    var row = RowImage()
    try statement.forEachRow {
      statement.read(into: &row)
      builder.append(row)
    }
    return builder.finish()
  }

  /// The users of a file, with what the store holds of them laid over.
  static func overlaid(_ file: UsersFile, _ database: StoreDatabase) throws -> TenantUsers {
    try OverlaidUsers(file: file).users(
      over: database.statement(
        "SELECT name_key, \(UserColumns.list) FROM users ORDER BY name_key"))
  }
}
