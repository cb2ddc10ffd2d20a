internal import GRDB
internal import PluginContract
internal import TenantCore

/// Updates tenant users: the recording profile and the Windows login, nothing else (S1, S2).
struct UserWriter {
  /// The columns that a sync writes, in the order in which they are bound; a set of them is a bit each.
  private static let columns =
    ProfileField.allCases.map { UserColumns.column($0, in: .recording) } + [
      UserColumns.windowsLogin
    ]

  private let database: Database
  /// A statement for each set of columns, made when it is first needed; twice as many, because the
  /// lock may come with it.
  private var statements = [RawStatement?](repeating: nil, count: 2 << columns.count)
  private var row = RowImage()

  init(_ database: Database) { self.database = database }

  /// Writes what changes and nothing else: a column that no change names keeps its value.
  ///
  /// - Parameter changes: fields of the recording profile and the Windows login, each once; a `new` of
  ///   nil clears.
  mutating func update(_ id: Int64, _ changes: [FieldBytes], locksLogin: Bool) throws {
    row.clear()
    var set = 0
    for column in Self.columns.indices {
      guard let change = changes.first(where: { Self.column(of: $0.field) == column }) else {
        continue
      }
      set |= 1 << column
      row.append(change.new)
    }
    if locksLogin { set |= 1 << Self.columns.count }
    guard set != 0 else { return }
    row.append(id)
    try statement(set).run(row)
  }

  /// A field's place in ``columns``; nil for one that no sync writes.
  private static func column(of field: TenantField) -> Int? {
    switch field {
    case .firstName: 0
    case .lastName: 1
    case .employeeId: 2
    case .email: 3
    case .windowsLogin: 4
    case .userName: nil
    }
  }

  private mutating func statement(_ set: Int) throws -> RawStatement {
    if let statement = statements[set] { return statement }
    var assignments = Self.columns.indices.filter { set & (1 << $0) != 0 }
      .map { "\(Self.columns[$0]) = ?" }
    if set & (1 << Self.columns.count) != 0 {
      assignments.append("\(UserColumns.isLoginLocked) = 1")
    }
    let statement = try RawStatement(
      database, "UPDATE users SET \(assignments.joined(separator: ", ")) WHERE id = ?")
    statements[set] = statement
    return statement
  }
}
