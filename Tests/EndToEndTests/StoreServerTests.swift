import Foundation
import Harness
import Testing

@Suite("A store in PostgreSQL is prepared and checked", .timeLimit(.minutes(15)))
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
}
