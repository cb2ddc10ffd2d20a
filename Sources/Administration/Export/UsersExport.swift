internal import PluginContract
internal import TenantCore

/// All users of the application as CSV: the columns of a users file, and the link.
package struct UsersExport: Sendable {
  private let session: TenantSession
  private let first: [UserDetail]

  /// Users that are looked up at once.
  private static let pieceCount = 1000

  init(_ session: TenantSession) async throws {
    self.session = session
    first = try await session.users(after: nil, limit: Self.pieceCount)
  }

  /// Writes the whole file.
  ///
  /// - Parameter sink: takes the next lines; what it throws ends the export.
  package func write(to sink: (String) async throws -> Void) async throws {
    try await sink(CSVCellWriter.line(Self.headings))
    var users = first
    while let last = users.last {
      try await sink(users.map { CSVCellWriter.line(Self.cells($0)) }.joined())
      guard users.count == Self.pieceCount else { break }
      users = try await session.users(after: last.userName, limit: Self.pieceCount)
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
