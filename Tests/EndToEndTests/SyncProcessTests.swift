import Foundation
import Harness
import Testing

@Suite("tenantctl sync, links and users, as a user runs them", .timeLimit(.minutes(10)))
struct SyncProcessTests {
  private let tenantctl: RunTenantctl

  init() throws {
    tenantctl = try RunTenantctl()
    try tenantctl.addExamples()
  }

  @Test("S6: a dry run and --check write nothing, not even a folder")
  func dryRun() async throws {
    let dry = try await tenantctl("sync", "globex", "--dry-run")
    #expect(dry.code == 0)
    #expect(dry.output.contains("  link GLOBEX\\jdoe to 'g.jdoe' (login-exact)"))
    let check = try await tenantctl("sync", "globex", "--check")
    #expect(check.code == 1)
    #expect(check.errors.contains("12 new links"))
    #expect(!FileManager.default.fileExists(atPath: tenantctl.folder.path("state")))
  }

  @Test("After a sync --check finds nothing and --quiet silences notes, not answers")
  func stable() async throws {
    let both = try await tenantctl("--quiet", "sync", "acme", "globex")
    #expect(both.code == 0)
    #expect(both.errors == "")
    #expect(both.output.contains("acme: run 1") && both.output.contains("globex: run 1"))
    #expect(try await tenantctl("sync", "globex", "--check").code == 0)
  }

  @Test("T2: a run that cannot be read to its end is 75, and the snapshot stays")
  func incomplete() async throws {
    try tenantctl.addTenant("acme2", ldif: LDIF.person("bob", number: 1))
    #expect(try await tenantctl("sync", "acme2").code == 0)
    try FileManager.default.removeItem(atPath: tenantctl.folder.path("tenants/acme2.ldif"))
    #expect(try await tenantctl("sync", "acme2").code == 75)
    let review = try await tenantctl("review", "acme2")
    #expect(review.code == 0)
    #expect(review.output.contains("bob"))
    #expect(review.output.contains("\nlast run failed: "))
  }

  @Test("T3: a drop beyond the limit is 65, in a dry run too, until it is allowed")
  func limits() async throws {
    let people = (1...120).map { LDIF.person("user\($0)", number: $0) }
    try tenantctl.addTenant("big", ldif: people.joined())
    #expect(try await tenantctl("sync", "big").code == 0)
    try tenantctl.folder.write(people.prefix(50).joined(), to: "tenants/big.ldif")
    for words in [["sync", "big"], ["sync", "big", "--dry-run"], ["sync", "big", "--check"]] {
      let answer = try await tenantctl.run(words)
      #expect(answer.code == 65)
      #expect(answer.errors.contains("limits.maxDrop"))
    }
    #expect(try await tenantctl("sync", "big", "--allow-large-change").code == 0)
  }

  @Test("U1 to U4: unlink, relink and link by hand show in history; what is not there is 66")
  func links() async throws {
    #expect(try await tenantctl("sync", "globex").code == 0)
    let preview = try await tenantctl("unlink", "globex", "hscorpio", "--dry-run")
    #expect(preview.output.hasPrefix("would be done: "))
    let unlink = try await tenantctl("unlink", "globex", "hscorpio", "--reason", "left")
    #expect(unlink.code == 0)
    let history = try await tenantctl("history", "globex", "--login", "GLOBEX\\hscorpio")
    #expect(history.output.contains("unlinked 'g.hscorpio'") && history.output.contains("left"))
    #expect(try await tenantctl("relink", "globex", "hscorpio").code == 0)
    let ambiguous = try await tenantctl("unlink", "globex", "jdoe")
    #expect(ambiguous.code == 66)
    #expect(ambiguous.errors.contains("GLOBEX\\jdoe") && ambiguous.errors.contains("INITECH\\jdoe"))
    #expect(try await tenantctl("link", "globex", "hscorpio", "nobody").code == 66)
    #expect(try await tenantctl("explain", "globex", "no.such.login").code == 66)
    #expect(try await tenantctl("explain", "globex", "GLOBEX\\hscorpio").code == 0)
  }

  @Test("Users of a users file are not imported or edited (64); a bad users file is 78")
  func users() async throws {
    let file = tenantctl.folder.path("tenants/users/globex-users.csv")
    #expect(try await tenantctl("users", "import", "globex", file).code == 64)
    try tenantctl.folder.write("userName,email\n,x\n", to: "home/bad.csv")
    let bad = try await tenantctl("users", "import", "acme", tenantctl.folder.path("home/bad.csv"))
    #expect(bad.code == 78)
    #expect(bad.errors.contains("bad.csv:2"))
    #expect(try await tenantctl("users", "show", "acme", "nobody").code == 66)
  }

  @Test(
    "SIGINT and SIGTERM end a waiting run with 130 and leave no file",
    arguments: [SIGINT, SIGTERM],
    [["sync", "slow"], ["export", "slow", "--live", "--output", "slow.csv"]])
  func interrupted(signal: Int32, words: [String]) async throws {
    let server = try #require(SilentServer())
    try tenantctl.addSlowTenant("slow", port: server.port)
    let started = try tenantctl.start(words)
    try await server.waitForConnection()
    kill(started.id, signal)
    let answer = try await started.answer()
    #expect(answer.code == 130)
    #expect(answer.output == "")
    #expect(try tenantctl.folder.entries("home") == [])
  }
}
