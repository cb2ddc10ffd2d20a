internal import Authorization
internal import PluginContract
internal import TenantCore

/// Tenant users as runs and people read them.
extension TenantStore {
  func users() async throws -> TenantUsers {
    try await read { try self.allUsers($0) }
  }

  func users(after name: String?, limit: Int) async throws -> [UserDetail] {
    try await read { database in
      let key = name.map { CanonicalText.of($0) } ?? ""
      guard case .csv = self.tenant.users else {
        let users = try UsersLoader.stored(database, after: key, limit: limit)
        return try self.details(of: 0..<users.count, in: users, database)
      }
      let users = try self.allUsers(database)
      var first = users.number(notBefore: Array(key.utf8))
      if first < users.count, users.nameKey(of: first).elementsEqual(key.utf8) { first += 1 }
      let count = min(users.count - first, max(0, limit))
      return try self.details(of: first..<first + count, in: users, database)
    }
  }

  func users(named names: [String]) async throws -> [UserDetail] {
    try await read { try self.users(named: names, $0) }
  }

  /// Users within a transaction.
  func users(named names: [String], _ database: StoreDatabase) throws -> [UserDetail] {
    let keys = names.map { CanonicalText.of($0) }
    if case .store = tenant.users {
      let users = try UsersLoader.stored(database, named: keys)
      return try details(of: 0..<users.count, in: users, database)
    }
    let users = try allUsers(database)
    let numbers = names.map { users.number(ofName: $0) }
    var found = try details(of: numbers.compactMap(\.self), in: users, database)[...]
    return try zip(keys, numbers).compactMap { key, number in
      number == nil
        ? try Self.storedUser(key: key, where: "id IN (SELECT user_id FROM link_rows)", database)
        : found.popFirst()
    }
  }

  /// All users within a transaction.
  func allUsers(_ database: StoreDatabase) throws -> TenantUsers {
    switch tenant.users {
    case .store: try UsersLoader.stored(database)
    case .csv(let path): try fileUsers(path, database)
    }
  }

  /// Users with their links and holds, each looked up for all at once.
  private func details(
    of numbers: some Collection<Int>, in users: TenantUsers, _ database: StoreDatabase
  ) throws -> [UserDetail] {
    let ids = numbers.lazy.map { users.id(of: $0) }.filter { $0 != 0 }
    guard !numbers.isEmpty else { return [] }
    let links = Dictionary(
      try Self.links(database, ofUsers: Array(ids)).map { ($0.userID, $0) }
    ) { first, _ in first }
    var row = RowImage()
    ValueList.append(ids, to: &row)
    let releases = Dictionary(
      grouping: try Self.releases(
        database, where: "r.held_values IS NOT NULL AND r.user_id IN \(database.dialect.numbers)",
        row),
      by: \.userID)
    return numbers.map { number in
      var user = users.detail(of: number)
      user.link = links[user.id]
      user.hold = Self.hold(of: user, releases[user.id] ?? [])
      return user
    }
  }

  /// A user as the store itself has it.
  static func storedUser(key: String, where condition: String, _ database: StoreDatabase) throws
    -> UserDetail?
  {
    let statement = try database.statement(
      """
      SELECT \(UserColumns.list) FROM users
      WHERE \(database.dialect.holds("name_key", "?1")) AND \(condition)
      """)
    var row = RowImage()
    row.append(key)
    try statement.bind(row)
    guard try statement.step() else { return nil }
    statement.read(into: &row)
    statement.reset()
    var profiles: [Profile: [ProfileField: String]] = [:]
    for profile in Profile.allCases {
      for (index, field) in ProfileField.allCases.enumerated() {
        profiles[profile, default: [:]][field] = row.text(UserCell.field(index, in: profile))
      }
    }
    let id = row.integer(UserCell.id)
    var user = UserDetail(
      id: id, userName: row.text(UserCell.userName) ?? "",
      isActive: row.integer(UserCell.isActive) != 0,
      windowsLogin: row.text(UserCell.windowsLogin),
      isLoginLocked: row.integer(UserCell.isLoginLocked) != 0, profiles: profiles,
      link: try link(database, ofUser: id))
    row.clear()
    row.append(id)
    user.hold = hold(
      of: user,
      try releases(database, where: "r.user_id = ? AND r.held_values IS NOT NULL", row))
    return user
  }

  /// The latest of a user's releases that holds it; nobody holds who is linked (U2).
  private static func hold(of user: UserDetail, _ releases: [Release]) -> Release? {
    guard user.link == nil, !releases.isEmpty else { return nil }
    let values = ComparedValues(user)
    return releases.filter { $0.holds(values) }.max { $0.releasedAt < $1.releasedAt }
  }
}
