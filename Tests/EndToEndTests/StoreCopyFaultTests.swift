import Foundation
import Harness
import Testing

@Suite(
  "A copy of a store that is killed, or beside which something is changed", .timeLimit(.minutes(10))
)
struct StoreCopyFaultTests {
  @Test("Killed after the target has all of the tenant, a copy is ended by another one")
  func killed() async throws {
    let installation = try await RunTenantctl.withHistory()
    let (source, target) = (try OwnDatabase(), try OwnDatabase())
    for database in [source, target] { _ = try await database.prepare(installation) }
    let first = try await installation.copied(
      "acme", "--from", installation.storeURL, "--to", source.url)
    let before = try await installation.everything("acme", store: source.url)
    // Where the source is noted as moved, which comes last.
    _ = try source.run(
      """
      CREATE FUNCTION tenantctl.hang() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
      CREATE TRIGGER hang BEFORE INSERT ON tenantctl.moved FOR EACH ROW EXECUTE FUNCTION tenantctl.hang();
      """)
    let words = ["store", "copy", "acme", "--from", source.url, "--to", target.url]
    let copy = try installation.start(words)
    try await target.holds("SELECT count(*) > 0 FROM tenantctl.users")
    kill(copy.id, SIGKILL)
    #expect(try await copy.answer().code == -SIGKILL)
    _ = try source.run(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid();
      DROP TRIGGER hang ON tenantctl.moved;
      """)
    #expect(try source.run("SELECT count(*) FROM tenantctl.moved") == "0")
    #expect(try await installation.everything("acme", store: source.url) == before)

    let ended = try await installation.copied("acme", "--from", source.url, "--to", target.url)
    #expect(ended.digest == first.digest)
    #expect(try await installation.everything("acme", store: target.url) == before)
    let written = try await installation("sync", "acme", "--store", source.url)
    #expect(written.code == 74 && written.errors.contains("has moved to \(target.place)"))
    try await installation.done("sync", "acme", "--store", target.url)
    let again = try await installation.run(words)
    #expect(again.code == 74 && again.errors.contains("has moved to \(target.place)"))
  }

  @Test(
    "So is one from a folder; but not once either side has changed, which is left as it is",
    arguments: [nil, "source", "target"])
  func unmarked(_ changed: String?) async throws {
    let installation = try await RunTenantctl.withHistory()
    let database = try OwnDatabase()
    _ = try await database.prepare(installation)
    let here = installation.storeURL
    _ = try await installation.copied("acme", "--from", here, "--to", database.url)
    // As it is left if the program is killed before the last transaction.
    _ = try await installation.sql("DELETE FROM moved", tenant: "acme")
    try await installation.done("sync", "globex")
    if let changed {
      let store = changed == "source" ? here : database.url
      try await installation.done("unlink", "acme", "jsmith", "--store", store)
    }
    let before = try await installation.everything("acme", store: database.url)
    let answer = try await installation(
      "store", "copy", "acme", "--from", here, "--to", database.url)
    #expect(try await installation.everything("acme", store: database.url) == before)
    guard changed == nil else {
      #expect(answer.code == 66, "\(answer.errors)")
      #expect(answer.errors.contains("has a tenant 'acme' already, and not as it is in \(here)"))
      try await installation.done("sync", "acme")
      return
    }
    #expect(answer.code == 0, "\(answer.errors)")
    let moved = try await installation("sync", "acme")
    #expect(moved.code == 74 && moved.errors.contains("has moved to \(database.place)"))
  }

  @Test("Who may sign in and the audit that change while a tenant is copied are taken along")
  func latecomers() async throws {
    let installation = try await RunTenantctl.withHistory()
    let database = try OwnDatabase()
    _ = try await database.prepare(installation)
    try await installation.done("access", "token", "acme", "early")
    try await installation.done("access", "token", "acme", "other")
    // The target's audit is written when all of the source has been read.
    let lock = try installation.start(
      ["-c", "\(try database.psql) -c 'BEGIN; LOCK TABLE tenantctl.audit; SELECT pg_sleep(600)'"],
      program: URL(filePath: "/bin/sh"))
    try await database.holds(
      "SELECT count(*) = 1 FROM pg_locks WHERE relation = 'tenantctl.audit'::regclass AND granted")
    let copy = try installation.start(
      [
        "store", "copy", "acme", "--from", installation.storeURL, "--to", database.url, "--output",
        "json",
      ])
    try await database.holds(
      "SELECT count(*) = 1 FROM pg_locks WHERE relation = 'tenantctl.audit'::regclass AND NOT granted"
    )
    try await installation.done("access", "token", "acme", "late")
    try await installation.done("access", "revoke", "acme", "early")
    _ = try database.run(
      "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'tenantctl.audit'::regclass AND granted"
    )
    _ = try await lock.answer()
    let answer = try await copy.answer()
    #expect(answer.code == 0, "\(answer.errors)")
    #expect(
      answer.errors.contains("came while it was copied, and was taken along"), "\(answer.errors)")
    let access = try await installation.done("access", "list", "acme", "--store", database.url)
    #expect(access.contains("late") && access.contains("other") && !access.contains("early"))
    let events = try await installation.done("history", "acme", "--store", database.url)
    #expect(
      events.contains("access token: late") && events.contains("access revoke: early"), "\(events)")
    #expect(!events.contains("to \(database.place)"))
  }
}
