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
    let users = try await store.users()
    let names = (0..<users.count).map { users.userName(of: $0) }
    let tenant = administration.tenant.name
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8; header=present",
        .contentDisposition: "attachment; filename=\"\(tenant)-users.csv\"",
      ],
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(string: CSVText.line(Self.headings)))
        for start in stride(from: 0, to: names.count, by: Self.pieceCount) {
          let piece = Array(names[start..<min(names.count, start + Self.pieceCount)])
          let text = try await store.users(named: piece).map { CSVText.line(Self.cells($0)) }
          try await writer.write(ByteBuffer(string: text.joined()))
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
