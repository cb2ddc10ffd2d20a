internal import Administration
internal import Authorization
internal import PluginContract
internal import TenantCore

/// The table of the application's users as an index knows it.
struct UsersTable: Sendable {
  private enum Field: Int, CaseIterable { case userName, windowsLogin, email, firstName, lastName }
  private enum Category: Int, CaseIterable { case linked, notLinked, unclaimed, inactive }

  /// Reads all users once. A row's key is the user's folded name.
  static func index(of session: TenantSession) async throws -> TableIndex {
    let users = try await session.allUsers()
    let linked = Set(try await session.linkedUsers().map { CanonicalText.of($0) })
    let unclaimed = Set(try await session.unclaimedUsers().map { CanonicalText.of($0) })
    var builder = TableIndexBuilder(
      fieldCount: Field.allCases.count, categoryCount: Category.allCases.count)
    for user in 0..<users.count {
      let key = users.nameKey(of: user)
      let name = String(decoding: key, as: UTF8.self)
      for field in fields {
        builder.append(folding: Array((users.text(field, of: user) ?? "").utf8))
      }
      let (batch, record) = users.locate(user)
      var categories = [linked.contains(name) ? Category.linked : .notLinked]
      if unclaimed.contains(name) { categories.append(.unclaimed) }
      if !users.batches[batch].isActive[record] { categories.append(.inactive) }
      builder.endRow(key: key, categories: categories.map(\.rawValue))
    }
    return try builder.build()
  }

  /// The values of ``Field``, in its order.
  private static let fields: [TenantField] = [
    .userName, .windowsLogin, .email, .firstName, .lastName,
  ]

  /// True if nobody claims the user of a row.
  static func isUnclaimed(_ row: Int, in index: TableIndex) -> Bool {
    index.categories.contains(row, in: Category.unclaimed.rawValue)
  }

  /// What an index is asked for.
  static func query(_ query: UsersQuery) -> TableQuery {
    var table = TableQuery()
    let category: Category? =
      switch query.show {
      case .all: nil
      case .linked: .linked
      case .notLinked: .notLinked
      case .unclaimed: .unclaimed
      case .inactive: .inactive
      }
    if let category { table.required = [[category.rawValue]] }
    table.search = query.search
    table.sort =
      switch query.sort {
      case .name: nil
      case .login: .field(Field.windowsLogin.rawValue)
      case .email: .field(Field.email.rawValue)
      }
    table.isDescending = query.isDescending
    table.offset = query.page.offset
    table.limit = query.page.size
    return table
  }
}
