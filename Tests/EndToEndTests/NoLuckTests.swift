import Foundation
import Harness
import Testing

/// What a run must not lose, and whom it must not link: from files to the answers of the program.
@Suite("Nothing is lost by a run, and nobody is linked by luck", .timeLimit(.minutes(10)))
struct NoLuckTests {
  private static let users = """
    userName,windowsLogin,firstName,lastName,email
    jsmith,ACME\\jsmith,John,Smith,john.smith@acme.example
    mdoe,ACME\\mdoe,Mary,Doe,mary.doe@acme.example

    """

  private static func person(
    _ login: String, _ number: Int, _ first: String, _ last: String, mail: String
  ) -> String {
    LDIF.person(login, number: number, mail: mail).dropLast()
      + "givenName: \(first)\nsn: \(last)\n\n"
  }

  private static let john = person(
    "jsmith", 1, "John", "Smith", mail: "john.smith@acme.example")
  private static let mary = person("mdoe", 2, "Mary", "Doe", mail: "mary.doe@acme.example")

  private static let matching = """
    matching:
      matcher: composite
      strategies: [{ matcher: login }, { matcher: smtp }]

    """

  /// A tenant with these people, whose users come from the store or from a file.
  private func installation(
    _ people: String, users: String = users, readsFile: Bool = false
  ) async throws -> RunTenantctl {
    let installation = try RunTenantctl()
    let source = readsFile ? "users: { source: csv, file: users.csv }\n" : ""
    try installation.addTenant("acme", ldif: people, extra: Self.matching + source)
    try installation.folder.write(users, to: "tenants/users.csv")
    if !readsFile {
      try await installation.done(
        "users", "import", "acme", installation.folder.path("tenants/users.csv"))
    }
    return installation
  }

  private func direct(_ people: String, _ installation: RunTenantctl) throws {
    try installation.folder.write(people, to: "tenants/acme.ldif")
  }

  /// A store that an earlier version left, made with the store's own program.
  private func sql(_ statement: String, _ installation: RunTenantctl) async throws {
    let script = """
      import sqlite3, sys
      store = sqlite3.connect(sys.argv[1])
      store.executescript(sys.argv[2])
      store.commit()
      """
    let path = installation.folder.path("state/tenants/acme.sqlite")
    let answer = try await installation.start(
      ["-c", script, path, statement], program: URL(filePath: "/usr/bin/python3")
    ).answer()
    #expect(answer.code == 0, "\(answer.errors)")
  }

  @Test(
    "a first name that changes leaves the Windows login as it is, and one run is enough (S1, S2)",
    arguments: [false, true])
  func windowsLoginStays(readsFile: Bool) async throws {
    let installation = try await installation(Self.john + Self.mary, readsFile: readsFile)
    try await installation.done("sync", "acme")
    let before = try await installation.done("users", "show", "acme", "jsmith")
    #expect(before.contains("ACME\\jsmith (locked while linked)"))
    try direct(Self.john.replacing("John", with: "Jonathan") + Self.mary, installation)
    try await installation.done("sync", "acme")
    let after = try await installation.done("users", "show", "acme", "jsmith")
    #expect(after.contains("ACME\\jsmith (locked while linked)") && after.contains("Jonathan"))
    #expect(try await installation("sync", "acme", "--check").code == 0)
    try await installation.done("unlink", "acme", "jsmith")
    let unlinked = try await installation.done("users", "show", "acme", "jsmith")
    #expect(unlinked.contains("ACME\\jsmith (editable)"))
  }

  @Test(
    "a store that lost logins gets them back by the next run, and a line says why (S2)",
    .sqliteOnly("stores of earlier versions"))
  func lostLogins() async throws {
    let installation = try await installation(Self.john + Self.mary)
    try await installation.done("sync", "acme")
    try await sql("UPDATE users SET windows_login = NULL", installation)
    try await installation.done("sync", "acme")
    for user in ["jsmith", "mdoe"] {
      #expect(
        try await installation.done("users", "show", "acme", user)
          .contains("ACME\\\(user) (locked while linked)"))
    }
    let review = try await installation.review("acme")
    #expect(review.findings.map(\.code) == ["unknown-flags", "restored-login"])
    #expect(
      try await installation.done("history", "acme").contains("2 linked users had no Windows login")
    )
    try await installation.done("sync", "acme")
    #expect(try await installation.review("acme").findings.map(\.code) == ["unknown-flags"])
  }

  @Test("an unlinked user is held until its login is corrected: the mission page's story (U1, U2)")
  func story() async throws {
    let admin = Self.person(
      "jsmith-adm", 3, "John", "Admin", mail: "john.smith@acme.example")
    let installation = try await installation(Self.john + Self.mary)
    try await installation.done("sync", "acme")
    let preview = try await installation.done("unlink", "acme", "jsmith", "--dry-run")
    #expect(preview.contains("'jsmith' is held"))
    try await installation.done("unlink", "acme", "jsmith", "--reason", "wrong person")
    try direct(Self.john + Self.mary + admin, installation)
    try await installation.done("sync", "acme")
    let held = try #require(try await installation.review("acme").rows["jsmith-adm"])
    #expect(held.state == "contested" && held.code == "held" && held.userName == nil)
    #expect(held.reason.message.contains("unlinked from ACME\\jsmith by"))
    let user = try await installation.done("users", "show", "acme", "jsmith")
    #expect(user.contains("Smith") && !user.contains("Admin") && user.contains("held: unlinked"))
    let explained = try await installation.done("explain", "acme", "jsmith-adm")
    #expect(explained.contains("'jsmith' (held: unlinked from ACME\\jsmith)"))
    #expect(explained.contains("rules: U2"))
    try await installation.done(
      "users", "edit", "acme", "jsmith", "--windows-login", "ACME\\jsmith-adm")
    try await installation.done("sync", "acme")
    let linked = try #require(try await installation.review("acme").rows["jsmith-adm"])
    #expect(linked.userName == "jsmith" && linked.code == "login-exact")
    #expect(try await installation("sync", "acme", "--check").code == 0)
  }

  @Test("a users file's correction ends a hold, a link by hand does, too (U2)")
  func heldInFile() async throws {
    let admin = Self.person(
      "jsmith-adm", 3, "John", "Admin", mail: "john.smith@acme.example")
    let installation = try await installation(Self.john + Self.mary, readsFile: true)
    try await installation.done("sync", "acme")
    try await installation.done("unlink", "acme", "jsmith")
    try direct(Self.mary + admin, installation)
    try await installation.done("sync", "acme", "--allow-large-change")
    #expect(try await installation.review("acme").rows["jsmith-adm"]?.code == "held")
    try await installation.done("sync", "acme")
    #expect(try await installation.review("acme").rows["jsmith-adm"]?.code == "held")
    let corrected = Self.users.replacing("ACME\\jsmith,", with: "ACME\\jsmith-adm,")
    try installation.folder.write(corrected, to: "tenants/users.csv")
    try await installation.done("sync", "acme")
    #expect(try await installation.review("acme").rows["jsmith-adm"]?.userName == "jsmith")
    try await installation.done("unlink", "acme", "jsmith-adm")
    try await installation.done("link", "acme", "jsmith-adm", "jsmith")
    #expect(try await installation.review("acme").rows["jsmith-adm"]?.userName == "jsmith")
  }

  @Test(
    "releases of an earlier version hold their users, unless they were edited since (U2)",
    .sqliteOnly("stores of earlier versions"))
  func earlierReleases() async throws {
    let admins =
      Self.person("jsmith-adm", 3, "John", "Admin", mail: "john.smith@acme.example")
      + Self.person("mdoe-adm", 4, "Mary", "Admin", mail: "mary@acme.example")
    let installation = try await installation(Self.john + Self.mary)
    try await installation.done("sync", "acme")
    try await installation.done("unlink", "acme", "jsmith", "mdoe")
    // An earlier version wrote a row a change.
    try await sql(
      """
      INSERT INTO changes (kind, at, actor, user_name, guid, domain, login)
      SELECT 'unlinked', r.released_at, r.actor, u.user_name, r.guid, r.domain, r.login
      FROM releases AS r JOIN users AS u ON u.id = r.user_id;
      """, installation)
    try await installation.done("users", "edit", "acme", "mdoe", "--email", "mary@acme.example")
    try await sql(
      """
      ALTER TABLE releases DROP COLUMN domain; ALTER TABLE releases DROP COLUMN login;
      ALTER TABLE releases DROP COLUMN held_values;
      DELETE FROM grdb_migrations WHERE identifier = '2 held users';
      """, installation)
    try direct(Self.john + Self.mary + admins, installation)
    let preview = try await installation.done("review", "acme", "--live", "--output", "json")
    #expect(preview.contains("unlinked from ACME"))
    try await installation.done("sync", "acme")
    let rows = try await installation.review("acme").rows
    #expect(rows["jsmith-adm"]?.code == "held")
    #expect(rows["mdoe-adm"]?.userName == "mdoe")
  }

  @Test("a users file that lost its second half, or all but its header, is refused (T3)")
  func truncatedUsers() async throws {
    let people = (0..<120).map {
      LDIF.person("p\($0)", number: $0 + 1, mail: "p\($0)@acme.example")
    }.joined()
    let rows = (0..<120).map { "u\($0),ACME\\p\($0),p\($0)@acme.example\n" }
    let header = "userName,windowsLogin,email\n"
    let installation = try await installation(
      people, users: header + rows.joined(), readsFile: true)
    try await installation.done("sync", "acme")
    let before = try await installation.review("acme")
    for lost in [header, header + rows.prefix(60).joined()] {
      try installation.folder.write(lost, to: "tenants/users.csv")
      let refused = try await installation("sync", "acme")
      #expect(refused.code == 65)
      #expect(refused.errors.contains("users.csv has "))
      #expect(refused.errors.contains("--allow-large-change"))
      #expect(try await installation("sync", "acme", "--dry-run").code == 65)
    }
    let after = try await installation.review("acme")
    #expect(after.users.map(\.state) == before.users.map(\.state))
    #expect(after.lastFailure?.message.contains("limits.maxUserDrop (20%)") == true)
    try await installation.done("sync", "acme", "--allow-large-change")
    #expect(try await installation("sync", "acme").code == 0)
  }

  @Test("who was ambiguous is not linked to the one still in the users file (M16)")
  func candidateGone() async throws {
    let person = Self.person("jane", 5, "Jane", "Roe", mail: "jane@acme.example")
    let users = """
      userName,windowsLogin,email
      jane.1,,jane@acme.example
      jane.2,,jane@acme.example

      """
    let installation = try await installation(person, users: users, readsFile: true)
    try await installation.done("sync", "acme")
    #expect(try await installation.review("acme").rows["jane"]?.code == "several-users")
    let rest = users.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
    try installation.folder.write(rest, to: "tenants/users.csv")
    for _ in 0..<2 {
      try await installation.done("sync", "acme")
      let row = try #require(try await installation.review("acme").rows["jane"])
      #expect(row.state == "ambiguous" && row.code == "candidate-gone" && row.userName == nil)
      #expect(row.reason.candidates == ["jane.1", "jane.2"])
      #expect(row.reason.message.hasSuffix("the users file no longer has 'jane.2'"))
    }
    #expect(try await installation.done("explain", "acme", "jane").contains("M16"))
    try installation.folder.write(rest + "jane.2,,other@acme.example\n", to: "tenants/users.csv")
    try await installation.done("sync", "acme")
    #expect(try await installation.review("acme").rows["jane"]?.userName == "jane.1")
  }

  @Test("after a rename the reason speaks of the value that is there now, and of the one then (R7)")
  func reasonOfToday() async throws {
    let installation = try await installation(Self.john + Self.mary)
    try await installation.done("sync", "acme")
    let first = try #require(try await installation.review("acme").rows["jsmith"])
    #expect(first.reason.message == "sAMAccountName 'jsmith' matches 'jsmith' (login-exact)")
    try direct(
      Self.john.replacing("sAMAccountName: jsmith", with: "sAMAccountName: smithj") + Self.mary,
      installation)
    let expected =
      "sAMAccountName is 'smithj' now; it was 'jsmith' when login-exact linked it to 'jsmith'"
    let live = try await installation.done("review", "acme", "--live", "--output", "json")
    #expect(live.contains(expected))
    for _ in 0..<2 {
      try await installation.done("sync", "acme")
      let row = try #require(try await installation.review("acme").rows["smithj"])
      #expect(row.code == "login-exact" && row.reason.message == expected)
    }
    try direct(Self.john + Self.mary, installation)
    try await installation.done("sync", "acme")
    let back = try #require(try await installation.review("acme").rows["jsmith"])
    #expect(back.reason.message == first.reason.message)
  }
}
