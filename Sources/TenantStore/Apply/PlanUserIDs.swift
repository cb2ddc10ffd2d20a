internal import PluginContract
internal import TenantCore

/// The store's ids of a plan's users; makes rows for users of a users file of which the store held
/// nothing until now.
struct PlanUserIDs {
  private let users: TenantUsers
  private var made: [Int: Int64] = [:]

  init(_ plan: Plan, _ database: StoreDatabase) throws {
    users = plan.users
    let linked = plan.newLinks.map { Int(plan.rows[$0].user) }
    let needed = linked + plan.userChanges.indices.map { plan.userChanges.place(at: $0).user }
    guard needed.contains(where: { users.id(of: $0) == 0 }) else { return }
    var numbers: Set<Int> = []
    let missing = needed.filter { users.id(of: $0) == 0 && numbers.insert($0).inserted }
    let ids = try OverlayInsert(database).insert(
      missing.map { (users.userName(of: $0), users.text(.windowsLogin, of: $0)) })
    made = Dictionary(zip(missing, ids)) { first, _ in first }
  }

  /// A user's id; nil for a number that is none.
  subscript(user: Int) -> Int64? {
    guard user >= 0, user < users.count else { return nil }
    let id = users.id(of: user)
    return id == 0 ? made[user] : id
  }
}

/// Makes the rows that keep what a users file does not hold.
struct OverlayInsert {
  private let database: StoreDatabase

  init(_ database: StoreDatabase) { self.database = database }

  /// Makes the rows that are not there.
  ///
  /// - Returns: the ids of all.
  func insert(_ users: [(userName: String, windowsLogin: String?)]) throws -> [Int64] {
    let keys = users.map { CanonicalText.of($0.userName) }
    var ids = try ids(of: keys)
    let insert = try database.rowWriter(
      .insert(
        into: "users",
        [
          ("id", .integer), ("name_key", .text), ("user_name", .text), ("windows_login", .text),
          ("is_imported", .integer), ("is_active", .integer),
        ]))
    var next = try database.nextNumber(in: "users")
    var row = RowImage()
    for (key, user) in zip(keys, users) where ids[key] == nil {
      row.clear()
      row.append(next)
      row.append(key)
      row.append(user.userName)
      row.append(user.windowsLogin)
      row.append(0)
      row.append(1)
      try insert.run(row)
      ids[key] = next
      next += 1
    }
    return try zip(keys, users).map { key, user in
      guard let id = ids[key] else {
        throw StoreError(.store, "user '\(user.userName)' could not be added to the store")
      }
      return id
    }
  }

  private func ids(of keys: [String]) throws -> [String: Int64] {
    var parameters = RowImage()
    ValueList.append(keys, to: &parameters, for: database.dialect)
    var ids: [String: Int64] = [:]
    for row in try database.rows(
      """
      SELECT name_key, id FROM \(database.dialect.texts) AS wanted
      \(database.dialect.join) users ON \(database.dialect.holds("name_key", "wanted.value"))
      """, parameters)
    {
      ids[row.text(0) ?? ""] = row.integer(1)
    }
    return ids
  }
}
