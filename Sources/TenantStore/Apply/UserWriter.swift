internal import PluginContract
internal import TenantCore

/// Updates tenant users: the recording profile and the Windows login, nothing else (S1, S2).
struct UserWriter {
  /// The columns that a sync writes, in the order in which they are bound; a set of them is a bit each.
  private static let columns =
    ProfileField.allCases.map { UserColumns.column($0, in: .recording) } + [
      UserColumns.windowsLogin
    ]

  private let database: StoreDatabase
  /// The only statement of PostgreSQL, which takes all users at once, whatever changes of each.
  private let all: (any Statement)?
  /// A statement for each set of columns, made when it is first needed; twice as many, because the
  /// lock may come with it.
  private var statements = [(any Statement)?](repeating: nil, count: 2 << columns.count)
  private var row = RowImage()

  init(_ database: StoreDatabase) throws {
    self.database = database
    all = database.isPostgres ? try database.rowWriter(Self.anyColumns) : nil
  }

  /// Writes what changes and nothing else: a column that no change names keeps its value.
  ///
  /// - Parameter changes: fields of the recording profile and the Windows login, each once; a `new` of
  ///   nil clears.
  mutating func update(_ id: Int64, _ changes: [FieldBytes], locksLogin: Bool) throws {
    row.clear()
    var set = 0
    for column in Self.columns.indices {
      guard let change = changes.first(where: { Self.column(of: $0.field) == column }) else {
        if all != nil { row.appendNull() }
        continue
      }
      set |= 1 << column
      row.append(change.new)
    }
    if locksLogin { set |= 1 << Self.columns.count }
    guard set != 0 else { return }
    row.append(id)
    guard let all else { return try statement(set).run(row) }
    row.append(Int64(set))
    try all.run(row)
  }

  /// Of each user, the columns whose bits are in `changed`.
  private static let anyColumns = RowSet(
    columns: columns.map { ($0, .text) } + [("id", .integer), ("changed", .integer)], sqlite: "",
    postgres: """
      UPDATE users SET \(assignments.joined(separator: ", "))
      FROM rows WHERE users.id = rows.id
        AND users.id BETWEEN (SELECT min(id) FROM rows) AND (SELECT max(id) FROM rows)
      """, comesInPieces: true)

  private static var assignments: [String] {
    let values = columns.map { ($0, "rows.\($0)") } + [(UserColumns.isLoginLocked, "1")]
    return values.enumerated().map { bit, column in
      "\(column.0) = CASE WHEN rows.changed & \(1 << bit) <> 0 THEN \(column.1) ELSE users.\(column.0) END"
    }
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

  private mutating func statement(_ set: Int) throws -> any Statement {
    if let statement = statements[set] { return statement }
    let columns = Self.columns.indices.filter { set & (1 << $0) != 0 }.map { Self.columns[$0] }
    let lock =
      set & (1 << Self.columns.count) != 0 ? ["\(UserColumns.isLoginLocked) = 1"] : []
    let one = (columns.map { "\($0) = ?" } + lock).joined(separator: ", ")
    let statement = try database.rowWriter(
      RowSet(
        columns: columns.map { ($0, .text) } + [("id", .integer)],
        sqlite: "UPDATE users SET \(one) WHERE id = ?", postgres: ""))
    statements[set] = statement
    return statement
  }
}
