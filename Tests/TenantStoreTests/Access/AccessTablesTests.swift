import Administration
import Dispatch
import Harness
import TenantCore
import Testing

@testable import Authorization
@testable import TenantStore

@Suite(
  "Who may come in, and what was done, in a database (H2)", .timeLimit(.minutes(5)),
  .enabled(if: TestEngine.current == .postgresql, "there are files elsewhere"))
struct AccessTablesTests {
  private let access = AccessFixture()

  private static let planted =
    "INSERT INTO audit (tenant, at, actor, action, outcome) VALUES ('acme', '', '', '', '')"

  private func pool() throws -> PostgresPool { try #require(try access.pool) }

  /// As the superuser, who may do all.
  private func alter(_ sql: String) throws { try access.alter(sql) }

  @Test(
    "no statement sees rows of a tenant while another one, or none, is set",
    arguments: [
      "local_users", "access_tokens", "audit", "review_keys", "sessions", "run_previews",
    ])
  func isolated(table: String) async throws {
    let pool = try pool()
    try await access.add("maria")
    _ = try await access.token("nightly")
    try await SessionTable(pool).begin(
      SessionKey(tenant: "acme", digest: [1]),
      SignedIn(localUser: "maria", of: "acme", passwordMark: [1]))
    _ = try await PreviewTable(pool).begin("{}", of: "acme", maker: "1")
    try await pool.append(tenant: "acme") {
      try $0.execute("INSERT INTO review_keys (digest) VALUES (?)", RowImage(.blob([1])))
    }
    func count(_ tenant: String) async throws -> Int64? {
      try await pool.read(tenant: tenant) { try $0.integer("SELECT count(*) FROM \(table)") }
    }
    #expect(try await count("acme") != 0)
    for tenant in ["globex", "*", "", "acme' OR ''='"] { #expect(try await count(tenant) == 0) }
    await #expect(throws: StoreError.self) {
      try await pool.append(tenant: "globex") { try $0.execute(Self.planted) }
    }
  }

  @Test(
    "nothing of the audit can be changed",
    arguments: ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
  func appendOnly(sql: String) async throws {
    try await access.add("maria")
    let pool = try pool()
    await #expect(throws: StoreError.self) {
      try await pool.append(tenant: "acme") { try $0.execute(sql) }
    }
    #expect(
      try access.audit.events(ofTenant: "acme", fitting: HistoryFilter(), limit: nil).count == 1)
  }

  @Test("a change that the audit cannot record is not made (A2)")
  func noAudit() async throws {
    try await access.add("maria")
    try alter("REVOKE INSERT ON tenantctl.audit FROM \(PostgresCluster.role)")
    await #expect(throws: StoreError.self) { try await access.add("eva") }
    await #expect(throws: StoreError.self) {
      try await access.editor().removeLocalUser("maria", at: AccessFixture.moment)
    }
    #expect(try await access.editor().localUsers().map(\.name) == ["maria"])
  }

  @Test("keeps what two hosts that write at once add, each whole")
  func twoWriters() async throws {
    let access = access
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<12 { group.addTask { _ = try await access.token("t\(number)") } }
      group.addTask { try await access.add("maria") }
      try await group.waitForAll()
    }
    #expect(try await access.editor().tokens().count == 12)
    #expect(try await access.isLocalUser("maria"))
  }

  @Test("does not grow beyond what a file may")
  func full() async throws {
    let secret = try await access.token("first")
    let long = String(repeating: "r", count: 1 << 20)
    let error = await #expect(throws: StoreError.self) {
      _ = try await access.token("second", roles: [long])
    }
    #expect(error?.message.contains("more than 1 MiB") == true)
    #expect(
      try await access.credentials.token(secret, of: "acme", at: AccessFixture.moment) != nil)
  }

  @Test(
    "is refused if it was tampered with, and nothing of it is repeated",
    arguments: [
      "UPDATE tenantctl.local_users SET password_hash = replace(password_hash, 'm=65536', 'm=4194304')",
      "UPDATE tenantctl.local_users SET password_hash = replace(password_hash, 'argon2id$v', 'argon2i$v')",
      "UPDATE tenantctl.local_users SET password_hash = 'x'",
    ])
  func tampered(sql: String) async throws {
    try await access.add("maria")
    try alter(sql)
    let errors = [
      await #expect(throws: StoreError.self) { _ = try await access.isLocalUser("maria") },
      await #expect(throws: StoreError.self) { _ = try await access.editor().tokens() },
      await #expect(throws: StoreError.self) { try await access.add("eva") },
    ]
    for error in errors {
      #expect(error?.code == .store && error?.message.contains("is damaged") == true)
      #expect(error?.message.contains("$argon2") == false)
    }
  }

  @Test("a run that writes for long keeps nobody from signing in, and no audit from being written")
  func besideARun() async throws {
    try await access.add("maria")
    let pool = try pool()
    let begun = AsyncStream<Void>.makeStream()
    let ended = DispatchSemaphore(value: 0)
    let run = Task {
      try await pool.write(tenant: "acme", lease: nil) { _ in
        begun.continuation.yield()
        ended.wait()
      }
    }
    for await _ in begun.stream { break }
    #expect(try await access.isLocalUser("maria"))
    let sessions = SessionTable(pool)
    let key = SessionKey(tenant: "acme", digest: [1])
    try await sessions.begin(key, SignedIn(localUser: "maria", of: "acme", passwordMark: [1]))
    try await sessions.put("x", key)
    #expect(try await AttemptTable(pool).begin([.network("10.0.0.1")]) == nil)
    try access.audit.record(
      AuditEvent(at: AccessFixture.moment, actor: "a", tenant: "acme", action: "export"))
    ended.signal()
    try await run.value
  }
}
