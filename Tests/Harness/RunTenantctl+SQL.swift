import Foundation

extension RunTenantctl {
  /// Runs SQL on a tenant's store behind the program's back.
  ///
  /// - Parameter isAllowed: true: what the database refuses to everybody, such as a change of a signed review, is done.
  /// - Returns: what it gives, a line for each row, with `|` between columns; nothing for NULL.
  @discardableResult
  package func sql(
    _ statement: String, tenant: String, isAllowed: Bool = false
  ) async throws -> String {
    guard let database else {
      return try await sqlite(statement, tenant: tenant, isAllowed: isAllowed)
    }
    let role =
      isAllowed
      ? "SET session_replication_role = replica" : "SET ROLE \(PostgresCluster.role)"
    return try PostgresCluster().run(
      "SET search_path = tenantctl; SET tenantctl.tenant = '\(tenant)'; \(role); \(statement)",
      in: database)
  }

  /// The lines of the installation's audit, each a JSON object, the earliest first.
  package func auditLines() throws -> [Substring] {
    guard let database else {
      return try String(contentsOfFile: folder.path("state/audit.log"), encoding: .utf8)
        .split(separator: "\n")
    }
    let text = try PostgresCluster().run(
      "SELECT to_json(line) FROM tenantctl.audit AS line ORDER BY number", in: database)
    return text.split(separator: "\n")
  }

  /// The name of the database of ``store``.
  private var database: String? {
    store.flatMap { $0.split(separator: "?")[0].split(separator: "/").last }.map(String.init)
  }

  private func sqlite(
    _ statement: String, tenant: String, isAllowed: Bool
  ) async throws -> String {
    let script = """
      import sqlite3, sys
      store = sqlite3.connect(sys.argv[1])
      if sys.argv[3] == 'allowed':
        for name, in list(store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
          store.execute(f'DROP TRIGGER {name}')
      for row in store.execute(sys.argv[2]):
        print('|'.join('' if cell is None else str(cell) for cell in row))
      store.commit()
      """
    let path = folder.path("state/tenants/\(tenant).sqlite")
    let answer = try await start(
      ["-c", script, path, statement, isAllowed ? "allowed" : ""],
      program: URL(filePath: "/usr/bin/python3")
    ).answer()
    guard answer.code == 0 else { throw CommandFailed(description: answer.errors) }
    return answer.output.hasSuffix("\n") ? String(answer.output.dropLast()) : answer.output
  }
}
