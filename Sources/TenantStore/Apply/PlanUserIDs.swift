internal import GRDB
internal import PluginContract
internal import TenantCore

/// The store's ids of a plan's users; makes rows for users of a users file of which the store held
/// nothing until now.
struct PlanUserIDs {
  private let users: TenantUsers
  private var made: [Int: Int64] = [:]

  init(_ plan: Plan, _ database: Database) throws {
    users = plan.users
    let linked = plan.newLinks.map { Int(plan.rows[$0].user) }
    let needed = linked + plan.userChanges.indices.map { plan.userChanges.place(at: $0).user }
    guard needed.contains(where: { users.id(of: $0) == 0 }) else { return }
    let overlay = try OverlayInsert(database)
    for user in needed where users.id(of: user) == 0 && made[user] == nil {
      made[user] = try overlay.insert(
        userName: users.userName(of: user),
        windowsLogin: users.text(.windowsLogin, of: user))
    }
  }

  /// A user's id; nil for a number that is none.
  subscript(user: Int) -> Int64? {
    guard user >= 0, user < users.count else { return nil }
    let id = users.id(of: user)
    return id == 0 ? made[user] : id
  }
}

/// Makes the row that keeps what a users file does not hold.
struct OverlayInsert {
  private let database: Database
  private let insert: RawStatement
  private let find: RawStatement

  init(_ database: Database) throws {
    self.database = database
    insert = try RawStatement(
      database,
      """
      INSERT INTO users (name_key, user_name, is_imported, is_active, windows_login)
      VALUES (?, ?, 0, 1, ?) ON CONFLICT (name_key) DO NOTHING
      """)
    find = try RawStatement(database, "SELECT id FROM users WHERE name_key = ?")
  }

  /// Makes the row unless it is there.
  ///
  /// - Returns: its id.
  func insert(userName: String, windowsLogin: String?) throws -> Int64 {
    var row = RowImage()
    row.append(CanonicalText.of(userName))
    var key = row
    row.append(userName)
    row.append(windowsLogin)
    try insert.run(row)
    try find.bind(key)
    guard try find.step() else {
      throw StoreError(.store, "user '\(userName)' could not be added to the store")
    }
    find.read(into: &key)
    find.reset()
    return key.integer(0)
  }
}
