internal import GRDB
internal import PluginContract
internal import TenantCore

/// Updates tenant users: the recording profile and the Windows login, nothing else (S1, S2).
struct UserWriter {
  private let database: Database
  /// A statement for each set of columns, made when it is first needed.
  private var statements: [[String]: RawStatement] = [:]
  private var row = RowImage()

  init(_ database: Database) { self.database = database }

  /// Writes what changes and nothing else: a column that no change names keeps its value.
  ///
  /// - Parameter changes: fields of the recording profile and the Windows login; a `new` of nil clears.
  mutating func update(_ id: Int64, _ changes: [FieldChange], locksLogin: Bool) throws {
    row.clear()
    var columns: [String] = []
    for change in changes {
      guard let column = UserColumns.synchronized(change.field) else { continue }
      columns.append(column)
      row.append(change.new)
    }
    if locksLogin {
      columns.append(UserColumns.isLoginLocked)
      row.append(1)
    }
    guard !columns.isEmpty else { return }
    row.append(id)
    try statement(columns).run(row)
  }

  private mutating func statement(_ columns: [String]) throws -> RawStatement {
    if let statement = statements[columns] { return statement }
    let assignments = columns.map { "\($0) = ?" }.joined(separator: ", ")
    let statement = try RawStatement(database, "UPDATE users SET \(assignments) WHERE id = ?")
    statements[columns] = statement
    return statement
  }
}
