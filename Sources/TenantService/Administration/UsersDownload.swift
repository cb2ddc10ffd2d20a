internal import Administration
internal import Authorization
internal import Hummingbird
internal import NIOCore
internal import PluginContract
internal import TenantCore

/// All users of the application as CSV: the columns of a users file, and the link.
struct UsersDownload: Sendable {
  let administration: TenantAdministration

  /// Users that are looked up at once.
  private static let pieceCount = 1000

  func response() async throws -> Response {
    let pass = try administration.parts.downloads.enter(administration.tenant.name)
    let store = try await administration.store()
    let first = try await store.users(after: nil, limit: Self.pieceCount)
    let tenant = administration.tenant.name
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8; header=present",
        .contentDisposition: "attachment; filename=\"\(tenant)-users.csv\"",
      ],
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(string: CSVCellWriter.line(Self.headings)))
        var users = first
        while let last = users.last {
          let lines = users.map { CSVCellWriter.line(Self.cells($0)) }
          try await writer.write(ByteBuffer(string: lines.joined()))
          guard users.count == Self.pieceCount else { break }
          users = try await store.users(after: last.userName, limit: Self.pieceCount)
        }
        try await writer.finish(nil)
        _ = pass
      })
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
