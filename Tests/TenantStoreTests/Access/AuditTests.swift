import Administration
import Authorization
import OperatingSystem
import TenantCore
import Testing

@testable import TenantStore

@Suite("The installation's audit", .timeLimit(.minutes(5)))
struct AuditTests {
  private let access = AccessFixture()

  private func refuse(
    _ actor: String = "bob", tenant: String = "acme", action: String = "review",
    after seconds: Int64 = 0
  ) throws {
    try access.audit.record(
      RefusalRecord(
        at: access.later(seconds), actor: actor, userID: 7, tenant: tenant, action: action,
        missing: ["Administer Tenant"], login: "bo'b\n"))
  }

  private func refusals(
    _ tenant: String = "acme", _ filter: HistoryFilter = HistoryFilter(), limit: Int? = nil
  ) throws -> [RefusalRecord] {
    try access.audit.refusals(ofTenant: tenant, fitting: filter, limit: limit)
  }

  private func events(_ tenant: String = "acme", limit: Int? = nil) throws -> [AuditEvent] {
    try access.audit.events(ofTenant: tenant, fitting: HistoryFilter(), limit: limit)
  }

  @Test("holds refusals, events and changes of access, and each is read as what it is (A2)")
  func kinds() async throws {
    try refuse()
    try await access.add("maria")
    _ = try await access.token("nightly", roles: ["admin"])
    _ = try await access.token("nightly", tenant: "globex")
    let event = AuditEvent(
      at: AccessFixture.moment, actor: "local:maria", tenant: "acme", action: "sign-in",
      subject: "maria", address: "10.0.0.1")
    try access.audit.record(event)
    try refuse("eve")
    let found = try refusals()
    #expect(found.map(\.actor) == ["eve", "bob"])
    #expect(
      found.last
        == RefusalRecord(
          at: AccessFixture.moment, actor: "bob", userID: 7, tenant: "acme", action: "review",
          missing: ["Administer Tenant"], login: "bo'b\n"))
    let done = try events()
    #expect(done.first == event)
    #expect(done.map(\.action) == ["sign-in", "access token", "access add"])
    #expect(done.map(\.actor) == ["local:maria", "alice", "alice"])
    #expect(done.map(\.subject) == ["maria", "nightly", "maria"])
    #expect(try events("globex").map(\.action) == ["access token"])
    #expect(try refusals("globex") == [])
  }

  @Test("the latest come first, as many as are asked for, of the days and the actor asked for")
  func filters() throws {
    let day: Int64 = 86400
    for number in 0..<2500 {
      try refuse(number % 2 == 0 ? "ACME\\bob" : "local:eve", after: Int64(number / 500) * day)
    }
    #expect(try refusals(limit: 0) == [])
    #expect(try refusals(limit: 2).map(\.actor) == ["local:eve", "ACME\\bob"])
    #expect(try refusals().count == 2500)
    var filter = HistoryFilter()
    filter.actor = "Bob"
    #expect(try refusals("acme", filter).count == 1250)
    #expect(try refusals("acme", filter, limit: 1100).count == 1100)
    filter.since = Day(of: access.later(3 * day))
    #expect(try refusals("acme", filter).count == 500)
    filter.until = filter.since
    #expect(try refusals("acme", filter).count == 250)
    #expect(try refusals("acme", filter).allSatisfy { $0.at == access.later(3 * day) })
  }

  @Test("what is of no tenant, or of what cannot be one, is nobody's")
  func nobodys() throws {
    for tenant in ["", "?", "*", "../x"] { try refuse(tenant: tenant) }
    #expect(try refusals() == [])
  }

  @Test("the digests of signed rounds are found, of each the last one (V6)")
  func digests() throws {
    func record(_ action: ReviewRecord.Action, _ number: Int64, _ digest: String? = nil) throws {
      try access.audit.record(
        ReviewRecord(
          at: AccessFixture.moment, actor: "alice", tenant: "acme", action: action,
          review: number, digest: digest))
    }
    #expect(try !access.audit.goesBack(to: AccessFixture.moment, ofTenant: "acme"))
    try record(.opened, 1)
    try record(.signed, 1, "aa")
    try record(.opened, 2)
    try record(.signed, 2, "bb")
    #expect(try access.audit.signedDigests(ofTenant: "acme") == [1: "aa", 2: "bb"])
    #expect(try access.audit.signedDigests(ofTenant: "globex") == [:])
    #expect(try access.audit.goesBack(to: AccessFixture.moment, ofTenant: "acme"))
    #expect(try !access.audit.goesBack(to: access.later(-1), ofTenant: "acme"))
    #expect(try events().map(\.subject) == ["review 2", "review 2", "review 1", "review 1"])
  }

  @Test("what many write at once is there, each line once")
  func atOnce() async throws {
    let access = access
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<40 {
        group.addTask {
          let audit = try access.audit
          try await OwnThread.run {
            try audit.record(
              AuditEvent(
                at: AccessFixture.moment, actor: "a\(number)", tenant: "acme", action: "export"))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(Set(try events().map(\.actor)).count == 40)
  }
}
