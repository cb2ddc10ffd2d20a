import Foundation
import Harness
import Testing

@Suite("A store in PostgreSQL is prepared, checked and copied", .timeLimit(.minutes(15)))
struct StoreServerTests {
  @Test("init makes schema, role and rights; again it finds them, and check is content")
  func initAndCheck() async throws {
    let installation = try RunTenantctl(engine: .sqlite)
    let database = try OwnDatabase()
    let before = try await installation.checked("--store", database.owner)
    #expect(before.problems.contains("schema"))
    #expect(before.finding("schema")?.needsPreparation == true)

    let made = try await database.prepare(installation)
    #expect(made.contains("role \(database.role): made"))
    #expect(made.contains("schema tenantctl: made"))
    #expect(made.contains("tables, step '1 store': made"))
    let again = try await database.prepare(installation)
    #expect(again.contains("role \(database.role): was there"))
    #expect(again.contains("tables: were of this version"))

    let checked = try await installation.checked("--store", database.url)
    #expect(checked.isFine, "\(checked.problems)")
    #expect(checked.finding("server")?.found.hasPrefix("PostgreSQL 1") == true)
    #expect(checked.finding("connection")?.found == "through a socket")
    #expect(checked.finding("clock") != nil)
    #expect(checked.finding("fsync")?.found == "on")
    #expect(checked.finding("access")?.found == "only roles that it was given to may connect")
    #expect(made.contains("access: nobody may connect any more but who is given it"))
    #expect(again.contains("access: only for roles that it was given to"))
    #expect(checked.finding("row-level security")?.found.hasPrefix("on and forced in all") == true)
  }

  @Test("check names what is wrong, and what to do")
  func problems() async throws {
    let installation = try RunTenantctl(engine: .sqlite)
    let database = try OwnDatabase()
    _ = try await database.prepare(installation)
    // The owner is not whom the programs should sign in as.
    let owner = try await installation.checked("--store", database.owner)
    #expect(owner.problems == ["role"], "\(owner.problems)")
    let admin = try await installation.checked(
      "--store", database.cluster.url(of: database.name, as: "postgres"))
    #expect(admin.finding("role")?.found.contains("is a superuser") == true)

    try await wrong(
      database, "ALTER TABLE tenantctl.users NO FORCE ROW LEVEL SECURITY",
      "row-level security", says: "not on and forced in users", installation)
    try await wrong(
      database, "DROP POLICY one_tenant ON tenantctl.runs",
      "row-level security", says: "runs, users", installation)
    try await wrong(
      database, "REVOKE INSERT ON tenantctl.changes FROM \(database.role)",
      "rights", says: "lacking in changes", installation)
    try await wrong(
      database, "ALTER DATABASE \(database.name) SET synchronous_commit = off",
      "synchronous_commit", says: "off", installation)
    // Whoever may connect hears by LISTEN which tenants there are.
    try await wrong(
      database, "GRANT CONNECT ON DATABASE \(database.name) TO PUBLIC",
      "access", says: "every role of the server may connect", installation)
    _ = try await database.prepare(installation)
    #expect(
      try await installation.checked("--store", database.url).finding("access")?.remedy == nil)
    try await wrong(
      database, "ALTER ROLE \(database.role) BYPASSRLS",
      "role", says: "may bypass row-level security", installation)
    try await wrong(
      database, "DELETE FROM tenantctl.migrations WHERE step LIKE '3%'",
      "schema", says: "of an older version", installation)
    let text = try await installation("store", "check", "--store", database.url)
    #expect(text.code == 74)
    #expect(text.output.contains("run 'tenantctl store init' of this version"))
    #expect(text.errors.contains("things are not as it should be"))
  }

  private func wrong(
    _ database: OwnDatabase, _ sql: String, _ subject: String, says words: String,
    _ installation: RunTenantctl
  ) async throws {
    _ = try database.run(sql)
    let checked = try await installation.checked("--store", database.url)
    #expect(checked.finding(subject)?.found.contains(words) == true, "\(sql): \(checked.findings)")
    #expect(checked.finding(subject)?.remedy != nil, "\(sql)")
  }

  @Test(
    "init refuses roles that row-level security would not hold, and says what an administrator must do"
  )
  func refusals() async throws {
    let installation = try RunTenantctl(engine: .sqlite)
    let database = try OwnDatabase()
    let itself = try await installation(
      "store", "init", "--store", database.owner, "--program-role",
      database.cluster.value("OWNER"))
    #expect(itself.code == 64 && itself.errors.contains("would own the tables"))
    let superuser = try await installation(
      "store", "init", "--store", database.owner, "--program-role", "postgres")
    #expect(superuser.code == 74 && superuser.errors.contains("is a superuser"))

    // Somebody who may make neither roles nor schemas.
    let plain = "plain_\(database.role)"
    _ = try database.run("CREATE ROLE \(plain) LOGIN")
    let url = try database.cluster.url(of: database.name, as: plain)
    let roles = try await installation(
      "store", "init", "--store", url, "--program-role", database.role)
    #expect(roles.code == 74 && roles.errors.contains("CREATE ROLE \"\(database.role)\" LOGIN"))
    _ = try database.run("CREATE ROLE \(database.role) LOGIN")
    let schema = try await installation(
      "store", "init", "--store", url, "--program-role", database.role)
    #expect(
      schema.code == 74 && schema.errors.contains("could not be prepared, nothing was changed"))

    let unprepared = try await installation("overview", "--store", database.url)
    #expect(unprepared.code != 70)
    try installation.addExamples()
    let sync = try await installation("sync", "globex", "--store", database.url)
    #expect(sync.code == 74 && sync.errors.contains("'tenantctl store init'"), "\(sync.errors)")
  }

  @Test("over TCP the server is verified and the password comes from its file")
  func password() async throws {
    let installation = try RunTenantctl(engine: .sqlite)
    let database = try OwnDatabase()
    let cluster = database.cluster
    _ = try await database.prepare(installation)
    _ = try database.run("ALTER ROLE \(database.role) PASSWORD 'Pr0gram-Passw0rd'")
    let address = try "\(cluster.value("HOST")):\(cluster.value("PORT"))"
    let url =
      try "postgresql://\(database.role)@\(address)/\(database.name)"
      + "?sslmode=verify-full&sslrootcert=\(cluster.value("CA"))"
    try installation.folder.write("Pr0gram-Passw0rd\n", to: "home/password")
    let file = installation.folder.path("home/password")
    let checked = try await installation.checked("--store", url, "--store-password-file", file)
    #expect(checked.isFine, "\(checked.problems)")
    #expect(checked.finding("connection")?.found.hasPrefix("TLSv1") == true)
    let variables = ["TENANTCTL_STORE": url, "TENANTCTL_STORE_PASSWORD_FILE": file]
    #expect(try await installation("store", "check", environment: variables).code == 0)
    // libpq's own file.
    try installation.folder.write("*:*:*:\(database.role):Pr0gram-Passw0rd\n", to: "home/pgpass")
    let own = try await installation(
      "store", "check", "--store", url,
      environment: ["PGPASSFILE": installation.folder.path("home/pgpass")])
    #expect(own.code == 0, "\(own.errors)")

    try installation.folder.write("wrong\n", to: "home/password")
    let wrong = try await installation(
      "store", "check", "--store", url, "--store-password-file", file)
    #expect(wrong.code == 74 && wrong.errors.contains("password authentication failed"))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    let open = try await installation(
      "store", "check", "--store", url, "--store-password-file", file)
    #expect(open.code == 74 && open.errors.contains("may be read by others; run: chmod 600"))
  }

  @Test(
    "The story: a folder with history and a signed review moves to PostgreSQL and back, and is the same"
  )
  func story() async throws {
    let installation = try await RunTenantctl.withHistory()
    let database = try OwnDatabase()
    _ = try await database.prepare(installation)
    let here = installation.storeURL
    let before = try await installation.everything("acme", store: here)
    let there = try await installation.copied("acme", "--from", here, "--to", database.url)
    #expect(there.to == database.place)
    #expect(try await installation.everything("acme", store: database.url) == before)

    let evidence = installation.folder.path("home/review.zip")
    let verified = try await installation.done(
      "reviews", "verify", evidence, "--store", database.url)
    #expect(verified.contains("it agrees with the store: 1 signed"))
    #expect(verified.contains("signed with the key"))
    let moved = try await installation("sync", "acme")
    #expect(moved.code == 74 && moved.errors.contains("has moved to \(database.place)"))

    // From PostgreSQL to another one, and back into the folder that it came from.
    let other = try OwnDatabase()
    _ = try await other.prepare(installation)
    let second = try await installation.copied("acme", "--from", database.url, "--to", other.url)
    #expect(second.digest == there.digest)
    let written = try await installation("sync", "acme", "--store", database.url)
    #expect(written.code == 74 && written.errors.contains("has moved to \(other.place)"))
    let back = try await installation.copied(
      "acme", "--from", other.url, "--to", here, "--replace-moved")
    #expect(back.digest == there.digest)
    #expect(try await installation.everything("acme", store: here) == before)
    try await installation.done("sync", "acme")
    // And to the first database again, which still has what it had.
    let again = try await installation.copied(
      "acme", "--from", here, "--to", database.url, "--replace-moved")
    #expect(again.digest != there.digest)
    try await installation.done("sync", "acme", "--store", database.url)
    try await installation.done(
      "reviews", "sign", "acme", "--statement", "again", "--allow-undecided", "--store",
      database.url)
    #expect(
      try await installation.done("reviews", "verify", evidence, "--store", database.url)
        .contains("2 signed, each follows the one before"))
  }

  @Test("A copy that breaks off leaves the target without the tenant and the source as it was")
  func brokenOff() async throws {
    let installation = try await RunTenantctl.withHistory()
    let database = try OwnDatabase()
    _ = try await database.prepare(installation)
    // The last table of all cannot be written.
    _ = try database.run(
      """
      CREATE FUNCTION tenantctl.broken() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the disk is on fire'; END $$;
      CREATE TRIGGER broken BEFORE INSERT ON tenantctl.review_rows
        FOR EACH ROW EXECUTE FUNCTION tenantctl.broken();
      """)
    let answer = try await installation(
      "store", "copy", "acme", "--from", installation.storeURL, "--to", database.url)
    #expect(answer.code == 74 && answer.errors.contains("the disk is on fire"))
    #expect(try database.run("SELECT count(*) FROM tenantctl.users") == "0")
    try await installation.done("sync", "acme")

    // What is read back is not what was written.
    _ = try database.run(
      """
      DROP TRIGGER broken ON tenantctl.review_rows;
      CREATE FUNCTION tenantctl.forgetful() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.login = lower(NEW.login) || '?'; RETURN NEW; END $$;
      CREATE TRIGGER forgetful BEFORE INSERT ON tenantctl.link_rows
        FOR EACH ROW EXECUTE FUNCTION tenantctl.forgetful();
      """)
    let changed = try await installation(
      "store", "copy", "acme", "--from", installation.storeURL, "--to", database.url)
    #expect(changed.code == 74 && changed.errors.contains("is not what was written"))
    #expect(try database.run("SELECT count(*) FROM tenantctl.users") == "0")
    try await installation.done("sync", "acme")
    _ = try database.run("DROP TRIGGER forgetful ON tenantctl.link_rows")
    _ = try await installation.copied(
      "acme", "--from", installation.storeURL, "--to", database.url)
  }

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
      AND relkind IN ('r', 'p', 'v') AND relname <> 'migrations' ORDER BY 1
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
    // Nor may it make itself an exception.
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
