internal import TenantCore

/// All users of the application as CSV: the columns of a users file, and the link.
package struct UsersExport: Sendable {
  private let session: TenantSession
  private let names: [String]

  /// Users that are looked up at once.
  private static let pieceCount = 1000

  init(_ session: TenantSession) async throws {
    self.session = session
    let users = try await session.allUsers()
    names = (0..<users.count).map { users.userName(of: $0) }
  }

  /// Writes the whole file.
  ///
  /// - Parameter sink: takes the next lines; what it throws ends the export.
  package func write(to sink: (String) async throws -> Void) async throws {
    try await sink(CSVText.line(Self.headings))
    for start in stride(from: 0, to: names.count, by: Self.pieceCount) {
      let piece = Array(names[start..<min(names.count, start + Self.pieceCount)])
      let lines = try await session.users(named: piece).map { CSVText.line(Self.cells($0)) }
      try await sink(lines.joined())
    }
  }

  private static let headings = [
    "userName", "windowsLogin", "firstName", "lastName", "employeeId", "email", "active",
    "linkedTo",
  ]

  private static func cells(_ user: UserDetail) -> [String] {
    [user.userName, user.windowsLogin ?? ""]
      + ProfileField.allCases.map { user.effective($0) ?? "" }
      + [user.isActive ? "true" : "false", user.link.map { "\($0.domain)\\\($0.login)" } ?? ""]
  }
}

extension TenantSession {
  /// All users as a file; the store is open when it is given.
  package func usersExport() async throws -> UsersExport { try await UsersExport(self) }
}

/// Lines of CSV as the export of the review writes them (R5).
enum CSVText {
  /// A line with CRLF; a cell that a spreadsheet would run begins with `'`.
  static func line(_ cells: [String]) -> String {
    cells.map(cell).joined(separator: ",") + "\r\n"
  }

  private static func cell(_ text: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) {
      text = "'" + text
    }
    guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
