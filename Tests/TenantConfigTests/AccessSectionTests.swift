import Administration
import Authorization
import TenantConfig
import TenantCore
import Testing

@Suite("Tenant file: users, synchronization and access")
struct AccessSectionTests {
  @Test(
    "An assignment names one assignee and at least one role (A1)",
    arguments: [
      ("{ roles: [r] }", "needs one of 'fileOwner', 'osUser', 'osGroup', 'directoryGroup',"),
      ("{ osUser: a, osGroup: b, roles: [r] }", "may have only one of 'fileOwner', 'osUser'"),
      ("{ osUser: a }", "an entry of 'assignments' needs the key 'roles'"),
      ("{ osUser: a, roles: [] }", "'roles' must not be empty"),
      ("{ fileOwner: false, roles: [r] }", "'fileOwner' must be true; without it, remove"),
      ("{ fileOwner: 'true', roles: [r] }", "'fileOwner' must be true"),
      ("{ osUser: '', roles: [r] }", "'osUser' must not be empty"),
      ("{ osUser: 1000, roles: [r] }", "'osUser' must be text; put it in quotes"),
      ("{ directoryGroup: Admins, roles: [r] }", "'directoryGroup' must be a distinguished name"),
      ("{ osuser: a, roles: [r] }", "did you mean 'osUser'?"),
    ])
  func assignments(assignment: String, expected: String) throws {
    let roles = "roles: { r: [Administer Tenant] }"
    let found = try problems(of: tenant("access: { \(roles), assignments: [\(assignment)] }"))
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test("An assignment may name an operator, and no other assignee beside one")
  func operators() throws {
    let roles = "roles: { r: [Administer Tenant] }"
    let file = try readTenant(
      tenant("access: { \(roles), assignments: [{ operator: olga, roles: [r] }] }"))
    #expect(file.access.assignments == [.init(.operator("olga"), roles: ["r"])])
    let found = try problems(
      of: tenant("access: { \(roles), assignments: [{ operator: o, localUser: m, roles: [r] }] }"))
    #expect(found.contains { $0.contains("may have only one of") }, "\(found)")
  }

  @Test(
    "A file that is wrong elsewhere still says whom it would let in; one that is wrong there does not",
    arguments: [
      ("nonsense: 1", true), ("directories: [{}]", true), ("displayName: [", false),
      ("access: 1", false), ("synchronization: { interval: never }", true),
    ])
  func accessOfBrokenFile(line: String, isKnown: Bool) throws {
    let access = "access: { roles: { r: [] }, assignments: [{ operator: olga, roles: [r] }] }"
    let error = try #require(throws: TenantConfigError.self) {
      try readTenant(tenant("\(line)\n\(access)\n"))
    }
    #expect((error.access?.names(operator: "olga") ?? false) == isKnown)
    let wrong = try #require(throws: TenantConfigError.self) {
      try readTenant(tenant(access.replacing("[r]", with: "[s]")))
    }
    #expect(wrong.access == nil)
  }

  @Test("A role without permissions grants nothing and is no error (A1)")
  func emptyRole() throws {
    let file = try readTenant(
      tenant("access: { roles: { r: [] }, assignments: [{ osUser: a, roles: [r] }] }"))
    #expect(file.access.roles == ["r": []])
  }

  @Test("A users file is needed by source csv, and only by it")
  func usersFile() throws {
    #expect(
      try problems(of: tenant("users: { source: csv }")) == ["3:8: 'users' needs the key 'file'"])
    #expect(
      try problems(of: tenant("users: { source: store, file: a.csv }")) == [
        "3:25: 'file' does not apply to 'source: store'; it applies to source csv"
      ])
    #expect(
      try problems(of: tenant("users: { file: a.csv }")) == ["3:8: 'users' needs the key 'source'"])
  }

  @Test(
    "Shares carry their sign and have a range (T3)",
    arguments: [
      ("maxDrop: 0%", true), ("maxDrop: 100%", true), ("maxDrop: 101%", false),
      ("maxDrop: 20", false), ("maxDrop: '20'", false), ("maxDrop: 5.5%", false),
      ("maxDrop: -1%", false), ("maxDrop: '%'", false), ("maxDrop: 020%", false),
      ("maxUpdates: 101%", false), ("maxNewLinks: 1000%", true), ("maxNewLinks: 1001%", false),
      ("maxUserDrop: 101%", false),
      ("maxDrop: 99999999999999999999%", false), ("maxDrop: ٢٠%", false),
    ])
  func shares(limit: String, isValid: Bool) throws {
    let found = try problems(of: tenant("synchronization: { limits: { \(limit) } }"))
    #expect(found.isEmpty == isValid, "\(found)")
  }

  @Test(
    "The interval is a time with a unit",
    arguments: [
      ("1s", 1), ("90s", 90), ("15m", 900), ("2h", 7200), ("168h", 604_800), ("169h", nil),
      ("0m", nil), ("15", nil), ("15 m", nil), ("999999h", nil), ("9999999s", nil), ("15M", nil),
    ])
  func intervals(text: String, seconds: Int?) throws {
    let file = try? readTenant(tenant("synchronization: { interval: \(text) }"))
    #expect(file?.tenant.synchronization.interval == seconds.map { .seconds($0) })
  }
}
