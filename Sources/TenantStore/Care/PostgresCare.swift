internal import Administration
internal import OperatingSystem
internal import TenantCore

/// Prepares a PostgreSQL for the programs, and examines one.
struct PostgresCare: StoreCare {
  /// The role of the programs where none is named.
  static let usualRole = "tenantctl"
  /// The oldest version that is known to do what is needed: views with the rights of whoever reads them.
  static let oldestServer = 150_000

  let server: StoreServer

  func examine() async throws -> StoreExamination {
    let server = server
    return try await OwnThread.run {
      do {
        let connection = try PostgresConnection(server, applicationName: "tenantctl")
        let findings = try PostgresExamination(connection).findings()
        return StoreExamination(store: server.description, findings: findings)
      } catch {
        throw StoreError.wrapping(error, server: server)
      }
    }
  }

  func prepare(programRole: String?) async throws -> StorePreparation {
    let server = server
    return try await OwnThread.run {
      let connection: PostgresConnection
      do {
        connection = try PostgresConnection(server, applicationName: "tenantctl")
      } catch {
        throw StoreError.wrapping(error, server: server)
      }
      let preparation = PostgresPreparation(
        connection: connection, server: server, role: programRole ?? Self.usualRole)
      return StorePreparation(store: server.description, steps: try preparation.run())
    }
  }
}

/// Makes schema, role and rights, as whoever is signed in on the connection.
struct PostgresPreparation {
  let connection: PostgresConnection
  let server: StoreServer
  let role: String

  func run() throws -> [StorePreparation.Step] {
    do {
      let owner = try connection.text("SELECT current_user::text") ?? ""
      try refuseUnfit(owner: owner)
      let roleStep = try makeRole(owner: owner)
      try refuseUnfitRole(owner: owner)
      let hadSchema =
        try connection.text(
          "SELECT to_regnamespace('\(PostgresSchema.name)')::text") != nil
      let steps = try PostgresSchema.migrate(connection, server, programRole: role)
      let schema = StorePreparation.Step(
        "schema \(PostgresSchema.name)", hadSchema ? "was there" : "made, of \(owner)",
        isChange: !hadSchema)
      let tables =
        steps.isEmpty
        ? [StorePreparation.Step("tables", "were of this version", isChange: false)]
        : steps.map { StorePreparation.Step("tables, step '\($0)'", "made", isChange: true) }
      let rights = StorePreparation.Step(
        "rights of \(role)", "to read and write rows, and no more", isChange: false)
      return [roleStep, schema] + tables + [rights, try closeDatabase()]
    } catch let error as PostgresError where !error.isConnectionLost {
      throw StoreError(
        .store,
        "store '\(server)' could not be prepared, nothing was changed: \(error); it takes a role that may "
          + "create schemas in this database or owns schema \(PostgresSchema.name)", cause: error)
    } catch {
      throw StoreError.wrapping(error, server: server)
    }
  }

  /// Lets only those connect who were given it: every role that may connect hears by `LISTEN` the names of tenants that
  /// run. Whoever does not own the database cannot do that, and may go on without.
  private func closeDatabase() throws -> StorePreparation.Step {
    let subject = "access"
    let access = try DatabaseAccess(connection)
    let database = PostgresSchema.quoted(access.database)
    let statements = [
      "GRANT CONNECT ON DATABASE \(database) TO \(PostgresSchema.quoted(role))",
      "REVOKE CONNECT ON DATABASE \(database) FROM PUBLIC",
    ].joined(separator: "; ")
    guard access.isOwn else {
      return StorePreparation.Step(
        subject,
        access.isOpen
          ? "every role of the server may connect; have the owner of the database run \"\(statements)\""
          : "only for roles that it was given to", isChange: false)
    }
    // Where it was closed before, the role may be a new one.
    try connection.execute(all: statements)
    return access.isOpen
      ? StorePreparation.Step(
        subject, "nobody may connect any more but who is given it, as \(role) was", isChange: true)
      : StorePreparation.Step(
        subject, "only for roles that it was given to, \(role) among them", isChange: false)
  }

  private func refuseUnfit(owner: String) throws {
    guard connection.serverVersion >= PostgresCare.oldestServer else {
      throw StoreError(
        .store,
        "store '\(server)' is PostgreSQL \(PostgresExamination.version(connection.serverVersion)); "
          + "version 15 or later is needed")
    }
    let encoding = try connection.text("SHOW server_encoding") ?? ""
    guard encoding == "UTF8" else {
      throw StoreError(
        .store,
        "the database of store '\(server)' has the encoding \(encoding), in which not every name can be "
          + "written; make one with ENCODING 'UTF8' TEMPLATE template0")
    }
    guard role != owner else {
      throw StoreError(
        .usage,
        "'\(owner)' is signed in, and is to be the programs' role too: it would own the tables, and row-level "
          + "security would not hold it; sign in as another role, which is to own them, or name another "
          + "programs' role")
    }
  }

  private func makeRole(owner: String) throws -> StorePreparation.Step {
    let subject = "role \(role)"
    guard try !isRole() else {
      return StorePreparation.Step(subject, "was there", isChange: false)
    }
    let statement =
      "CREATE ROLE \(PostgresSchema.quoted(role)) LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
    do {
      try connection.execute(all: statement)
    } catch let error as PostgresError where error.state == "42501" {
      throw StoreError(
        .store,
        "there is no role '\(role)', and '\(owner)' may not make it; have an administrator of the server run "
          + "\"\(statement)\", then do this again", cause: error)
    }
    return StorePreparation.Step(
      subject, "made, without a password: give it one, or let it in by pg_hba.conf", isChange: true)
  }

  private func isRole() throws -> Bool {
    try connection.text(
      "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = $1", RowImage(.text(role)))
      != nil
  }

  /// Row-level security holds no superuser, nobody who may bypass it, and nobody who can take the owner's place.
  private func refuseUnfitRole(owner: String) throws {
    let reason = try connection.text(
      """
      SELECT CASE WHEN rolsuper THEN 'is a superuser' WHEN rolbypassrls THEN 'may bypass row-level security'
        WHEN pg_has_role(oid, $2::name, 'MEMBER') THEN 'is a member of the owner' END
      FROM pg_catalog.pg_roles WHERE rolname = $1
      """, RowImage(.text(role), .text(owner)))
    guard let reason else { return }
    throw StoreError(
      .store,
      "the role '\(role)' \(reason), and could see every tenant's rows; take that from it, or name another "
        + "role for the programs")
  }
}

extension PostgresConnection {
  /// The first column of a query's first row, which is text; nil for NULL and if there is no row.
  func text(_ sql: String, _ parameters: RowImage = RowImage()) throws -> String? {
    try texts(sql, parameters).first?.first ?? nil
  }

  /// The rows of a query whose columns are all text.
  func texts(_ sql: String, _ parameters: RowImage = RowImage()) throws -> [[String?]] {
    guard let result = try execute(sql, PostgresParameters(parameters)) else { return [] }
    return (0..<result.rowCount).map { row in
      (0..<result.columnCount).map { column in
        result.type(row, column) == .null
          ? nil : unsafe String(decoding: result.memory(row, column), as: UTF8.self)
      }
    }
  }
}
