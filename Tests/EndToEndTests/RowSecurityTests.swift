import Harness
import Testing

@Suite("Row-level security keeps tenants apart", .timeLimit(.minutes(15)))
struct RowSecurityTests {
  @Test(
    "H2: the programs' role sees and writes no row of a tenant, unless it has set that tenant, in any table"
  )
  func isolation() async throws {
    let installation = try await RunTenantctl.withHistory()
    let database = try OwnDatabase()
    _ = try await database.prepare(installation)
    _ = try await installation.copied(
      "acme", "--from", installation.storeURL, "--to", database.url)
    let tables = try database.run(
      """
      SELECT relname FROM pg_class WHERE relnamespace = 'tenantctl'::regnamespace
      AND relkind IN ('r', 'p', 'v') AND relname NOT IN ('migrations', 'statements') ORDER BY 1
      """
    ).split(separator: "\n").map(String.init)
    #expect(tables.count > 18 && tables.contains("leases") && tables.contains("links"))
    _ = try database.run(Self.fill)
    for table in tables {
      let rows = try database.run("SELECT count(*) FROM tenantctl.\(table) WHERE tenant = 'acme'")
      #expect(rows != "0", "\(table) has nothing to see")
      func count(_ setting: String) throws -> String {
        try database.run(
          "SET ROLE \(database.role); \(setting); SELECT count(*) FROM tenantctl.\(table)")
      }
      #expect(try count("SET search_path = ''") == "0", "\(table)")
      #expect(try count("SET tenantctl.tenant = ''") == "0", "\(table)")
      #expect(try count("SET tenantctl.tenant = 'globex'") == "0", "\(table)")
      #expect(try count("SET tenantctl.tenant = 'acme'") == rows, "\(table)")
      guard table != "links" else { continue }
      for setting in ["SET search_path = ''", "SET tenantctl.tenant = 'globex'"] {
        let role = "SET ROLE \(database.role); \(setting); "
        let touched = try database.run(
          role
            + "WITH gone AS (DELETE FROM tenantctl.\(table) RETURNING 1) SELECT count(*) FROM gone")
        #expect(touched == "0", "\(table)")
        let updated = try database.run(
          role + "WITH u AS (UPDATE tenantctl.\(table) SET tenant = 'globex' RETURNING 1) "
            + "SELECT count(*) FROM u")
        #expect(updated == "0", "\(table)")
        let error = #expect(throws: CommandFailed.self) {
          try database.run(
            role
              + "INSERT INTO tenantctl.\(table) SELECT (jsonb_populate_record(null::tenantctl.\(table), "
              + "to_jsonb(t) || '{\"tenant\": \"acme\"}')).* FROM (SELECT 1) AS t")
        }
        #expect(error?.description.contains("row-level security") == true, "\(table)")
      }
    }
    // Nor by way of the view that runs statements: as whoever sends them, and it holds nothing itself.
    #expect(try database.run("SELECT count(*) FROM tenantctl.statements") == "0")
    for setting in ["SET search_path = ''", "SET tenantctl.tenant = 'globex'"] {
      _ = try database.run(
        """
        SET ROLE \(database.role); \(setting); INSERT INTO tenantctl.statements (statement)
        VALUES ('UPDATE tenantctl.users SET user_name = $$mine$$'), ('DELETE FROM tenantctl.link_rows')
        """)
    }
    #expect(
      try database.run(
        "SELECT count(*) FILTER (WHERE user_name = 'mine'), count(*) > 0 FROM tenantctl.users")
        == "0|t")
    #expect(try database.run("SELECT count(*) > 0 FROM tenantctl.link_rows") == "t")
    // It may not make itself an exception.
    for sql in [
      "ALTER TABLE tenantctl.users DISABLE ROW LEVEL SECURITY", "SET row_security = off",
      "DROP POLICY one_tenant ON tenantctl.users", "CREATE TABLE tenantctl.mine (x text)",
      "DELETE FROM tenantctl.migrations",
    ] {
      let role = "SET ROLE \(database.role); SET tenantctl.tenant = 'globex'; "
      let after = sql.hasPrefix("SET") ? "; SELECT * FROM tenantctl.users" : ""
      #expect(throws: CommandFailed.self, "\(sql)") { try database.run(role + sql + after) }
    }
  }

  /// Gives the tenant a row in each table in which it has none.
  private static let fill = """
    DO $$
    DECLARE place record; names text; cells text; found bigint;
    BEGIN
      FOR place IN SELECT c.oid, c.relname FROM pg_class AS c
        WHERE c.relnamespace = 'tenantctl'::regnamespace AND c.relkind IN ('r', 'p')
          AND c.relname <> 'migrations'
      LOOP
        EXECUTE format('SELECT count(*) FROM tenantctl.%I WHERE tenant = $1', place.relname)
          INTO found USING 'acme';
        CONTINUE WHEN found > 0;
        SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
          string_agg(CASE WHEN a.attname = 'tenant' THEN '''acme''' WHEN t.typname = 'bytea' THEN '''\\x00'''
            WHEN t.typname IN ('int8', 'int4') THEN '0' WHEN t.typname = 'bool' THEN 'false'
            WHEN t.typname = 'timestamptz' THEN 'now()' ELSE '''x''' END, ', ' ORDER BY a.attnum)
          INTO names, cells
          FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
          WHERE a.attrelid = place.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull;
        EXECUTE format('INSERT INTO tenantctl.%I (%s) VALUES (%s)', place.relname, names, cells);
      END LOOP;
    END $$
    """
}
