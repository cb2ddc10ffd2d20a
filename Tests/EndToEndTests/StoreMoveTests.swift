import Foundation
import Harness
import Testing

@Suite("A tenant moves from one store to another", .timeLimit(.minutes(15)))
struct StoreMoveTests {
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
}
