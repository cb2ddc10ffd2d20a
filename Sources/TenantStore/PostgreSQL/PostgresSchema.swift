internal import TenantCore

/// The tables of PostgreSQL, and how they came to be: the same columns as SQLite's, each table with the tenant.
///
/// A step may be made while hosts of the version before are at work (H9): it adds, and takes nothing away that they
/// use. What a database has done is in table `migrations`.
enum PostgresSchema {
  /// The schema, whose owner the programs are not.
  static let name = "tenantctl"

  /// The column by which tenants are kept apart; a statement need not name it.
  static let tenantColumn =
    "tenant text COLLATE \"C\" NOT NULL DEFAULT current_setting('tenantctl.tenant')"

  /// A step, by whose name it is known.
  struct Step: Sendable {
    let name: String
    let sql: String
    /// The tables that it makes, which are kept apart by tenant.
    let tables: [String]
    /// True if programs of the version before, which do not know the step, may go on.
    var isAdditive = true
  }

  /// All steps in their order; add at the end.
  static let steps: [Step] = [
    Step(
      name: "1 store", sql: LeaseRow.table + PostgresTables.create,
      tables: ["leases"] + PostgresTables.names),
    AccessSchema.step,
    Step(name: "3 moved stores", sql: MovedTable.createPostgres, tables: ["moved"]),
    Step(name: "4 turns", sql: TurnRow.table, tables: ["turns", "tenant_files"]),
    Step(name: "5 room for profiles", sql: PostgresTables.roomForProfiles, tables: []),
    Step(
      name: "6 streams", sql: LeaseRow.signs + WriteStream.create, tables: ["lease_signs"]),
  ]

  /// What keeps a table's tenants apart (H2): whoever has set no tenant, or another one, sees and writes none of its
  /// rows, the owner included.
  static func isolation(of table: String) -> String {
    """
    ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY;
    ALTER TABLE \(table) FORCE ROW LEVEL SECURITY;
    CREATE POLICY one_tenant ON \(table)
      USING (tenant = current_setting('tenantctl.tenant', true))
      WITH CHECK (tenant = current_setting('tenantctl.tenant', true));
    """
  }

  /// Refuses a database that this version does not know.
  ///
  /// - Throws: ``StoreError`` that says what to run.
  static func check(_ connection: PostgresConnection, _ server: StoreServer) throws {
    let (done, binding) = try stepsDone(connection)
    try refuseLater(binding, server)
    if let missing = steps.first(where: { !done.contains($0.name) }) {
      throw lacking(missing.name, server)
    }
  }

  /// Refuses a step that this version does not know and cannot do without.
  private static func refuseLater(_ binding: [String], _ server: StoreServer) throws {
    let known = Set(steps.map(\.name))
    if let unknown = binding.first(where: { !known.contains($0) }) { throw later(unknown, server) }
  }

  private static func later(_ step: String, _ server: StoreServer) -> StoreError {
    StoreError(
      .store,
      "store '\(server)' was made by a newer version of tenantctl (it has '\(step)'); use that "
        + "version")
  }

  /// A column of each transaction's beginning: a step that this version does not know and cannot do without, or one that the
  /// database lacks; NULL if there is none.
  static let trouble = """
    coalesce(
      (SELECT '\(laterMark)' || min(step) FROM \(name).migrations
        WHERE NOT is_additive AND step NOT IN (\(knownSteps))),
      (SELECT step FROM unnest(ARRAY[\(knownSteps)]) WITH ORDINALITY AS known (step, place)
        WHERE step NOT IN (SELECT step FROM \(name).migrations) ORDER BY place LIMIT 1))
    """
  /// What stands before the name of a later step, and before none of this version's.
  private static let laterMark = "later: "
  private static let knownSteps = steps.map { "'\($0.name)'" }.joined(separator: ", ")

  /// Refuses a transaction whose beginning gave ``trouble`` as its last column.
  static func check(beginning: PostgresResult?, _ server: StoreServer) throws {
    guard let beginning, let step = beginning.text(0, beginning.columnCount - 1) else { return }
    throw step.hasPrefix(laterMark)
      ? later(String(step.dropFirst(laterMark.count)), server) : lacking(step, server)
  }

  private static func lacking(_ step: String, _ server: StoreServer) -> StoreError {
    StoreError(
      .store, "store '\(server)' is of an older version of tenantctl (it lacks '\(step)')",
      remedy: .prepareStore)
  }

  /// A name as it stands in a statement.
  static func quoted(_ name: String) -> String {
    "\"" + name.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  /// The names of the steps that a database has done, and of those among them that a program has to know.
  static func stepsDone(
    _ connection: PostgresConnection
  ) throws -> (all: [String], binding: [String]) {
    let result = try connection.execute(
      "SELECT step, is_additive FROM \(name).migrations ORDER BY step", PostgresParameters())
    guard let result else { return ([], []) }
    let all = (0..<result.rowCount).map { row in
      (
        name: unsafe String(decoding: result.memory(row, 0), as: UTF8.self),
        isAdditive: result.integer(row, 1) != 0
      )
    }
    return (all.map(\.name), all.filter { !$0.isAdditive }.map(\.name))
  }

  /// Makes what is not there yet, in one transaction; who connects is the owner of all.
  ///
  /// - Parameter programRole: the role that the programs have; it gets the rights that they need and no more.
  /// - Returns: the steps that were made.
  /// - Throws: ``StoreError`` if a later version made the database, so that this one cannot use it.
  static func migrate(
    _ connection: PostgresConnection, _ server: StoreServer, programRole: String
  ) throws -> [String] {
    let role = quoted(programRole)
    do {
      try connection.execute(
        all: """
          BEGIN;
          DO $$ BEGIN
            IF to_regnamespace('\(name)') IS NULL THEN CREATE SCHEMA \(name); END IF;
          END $$;
          SET LOCAL search_path = \(name);
          CREATE TABLE IF NOT EXISTS migrations (step text PRIMARY KEY, is_additive boolean NOT NULL,
            at timestamptz NOT NULL DEFAULT now());
          LOCK TABLE migrations IN EXCLUSIVE MODE;
          """)
      let (all, binding) = try stepsDone(connection)
      try refuseLater(binding, server)
      let done = Set(all)
      let missing = steps.filter { !done.contains($0.name) }
      for step in missing {
        try connection.execute(all: step.sql)
        for table in step.tables { try connection.execute(all: isolation(of: table)) }
        try connection.execute(
          all: """
            INSERT INTO migrations (step, is_additive)
            VALUES ('\(step.name.replacing("'", with: "''"))', \(step.isAdditive))
            """)
      }
      try connection.execute(
        all: """
          GRANT USAGE ON SCHEMA \(name) TO \(role);
          GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(name) TO \(role);
          REVOKE INSERT, UPDATE, DELETE ON migrations FROM \(role);
          COMMIT;
          """)
      return missing.map(\.name)
    } catch {
      _ = try? connection.execute(all: "ROLLBACK")
      throw error
    }
  }
}
