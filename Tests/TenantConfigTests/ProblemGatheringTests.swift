import Administration
import TenantConfig
import TenantCore
import Testing

@Suite("Tenant file: all errors at once")
struct ProblemGatheringTests {
  @Test("Independent errors come together, in the order of the file, each at its place")
  func allAtOnce() throws {
    let text = #"""
      version: 2
      tenant: Acme
      displayname: Acme
      directories:
        - domain: ACME
          source: ldap
          hosts: [dc1.acme.example]
          port: 70000
          security: ldap
          bind: { method: simple, user: x, password: hunter2 }
          rootDN: acme.example
          pageSize: 0
          timeout: 30
        - domain: acme
          source: ldif
          port: 389
      matching: { matcher: logon }
      synchronization: { limits: { maxDrop: 20 } }
      access:
        roles: { admin: [Administer Tenants] }
        assignments:
          - { osUser: alice, roles: [admn] }
      """#
    let found = try problems(of: text).map { $0.split(separator: ";")[0] }
    #expect(
      found == [
        "1:10: 'version' must be 1, not 2",
        "2:9: 'tenant' must be 1 to 63 lower case letters, digits and hyphens",
        "3:1: unknown key 'displayname' in a tenant file",
        "8:11: 'port' must be a whole number from 1 to 65535, not 70000",
        "9:15: 'security' cannot be 'ldap'",
        "10:48: 'password' must not hold the secret itself",
        "11:13: 'rootDN' must be a distinguished name, such as OU=Staff,DC=acme,DC=example",
        "12:15: 'pageSize' must be a whole number from 1 to 1000, not 0",
        "13:14: 'timeout' must be a time from 1s to 10m, such as 30s, 15m or 2h",
        "14:5: an entry of 'directories' needs the key 'file'",
        "14:13: the domain 'acme' is taken by the directory at line 5",
        "16:5: 'port' does not apply to 'source: ldif'",
        "17:22: unknown matcher 'logon'",
        "18:39: 'maxDrop' must be a share from 0% to 100%, such as 20%",
        "20:20: an entry of 'admin' cannot be 'Administer Tenants'",
        "22:32: unknown role 'admn'",
      ])
  }

  @Test("Errors of the YAML and of the meaning come together")
  func bothKinds() throws {
    let found = try problems(of: tenant("displayName: !x y\nunknown: 1\n"))
    #expect(found.count == 2)
  }

  @Test("A syntax error is alone: nothing after it can be trusted")
  func syntaxErrorIsAlone() throws {
    let found = try problems(of: "unknown: 1\ntenant: [\n")
    #expect(found.count == 1)
  }

  @Test(
    "Unknown names list the known ones and the nearest",
    arguments: [
      ("displayNmae: x", "did you mean 'displayName'? known: version, tenant, displayName"),
      ("mathcing: {}", "did you mean 'matching'?"),
      ("matching: { matcher: lgoin }", "did you mean 'login'? known: login, smtp, employee-id"),
      ("matching: { mode: fist, matcher: login }", "did you mean 'first'? known: first, all"),
      ("users: { source: ldap }", "'source' cannot be 'ldap'; known: store, csv"),
      (
        "access: { roles: { a: [administer tenant] } }",
        "did you mean 'Administer Tenant'? known: Administer Tenant, Administer Active Directory"
      ),
      (
        "access: { assignments: [{ osUser: a, roles: [b] }] }",
        "unknown role 'b'; declare it under 'access.roles' (there are none)"
      ),
      ("zzzzzz: 1", "unknown key 'zzzzzz' in a tenant file; known: version"),
    ])
  func suggestions(line: String, expected: String) throws {
    let found = try problems(of: tenant(line))
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test(
    "A value of the wrong type is told what it is and what it should be",
    arguments: [
      ("displayName: 42", "3:14: 'displayName' must be text; put it in quotes"),
      ("displayName: true", "3:14: 'displayName' must be text; put it in quotes"),
      ("displayName: 1.5", "3:14: 'displayName' must be text; put it in quotes"),
      ("displayName: 0x1F", "3:14: 'displayName' must be text; put it in quotes"),
      ("displayName:", "3:13: 'displayName' has no value; it must be text, or remove the key"),
      ("displayName: ~", "3:14: 'displayName' has no value; it must be text, or remove the key"),
      ("displayName: ' '", "3:14: 'displayName' must not be empty"),
      ("displayName: [a]", "3:14: 'displayName' must be text, not a list"),
      (
        "displayName: \"a\\nb\"",
        "3:14: 'displayName' must be one line without control characters"
      ),
      ("directories: {}", "3:14: 'directories' must be a list, not a mapping"),
      ("directories: [x]", "3:15: an entry of 'directories' must be a mapping, not text"),
      ("users: store", "3:8: 'users' must be a mapping, not text"),
      ("access: { roles: [a] }", "3:18: 'roles' must be a mapping, not a list"),
    ])
  func wrongTypes(line: String, expected: String) throws {
    #expect(try problems(of: tenant(line)) == [expected])
  }

  @Test("Columns count characters, not bytes")
  func columns() throws {
    let found = try problems(of: tenant("users: { source: \"äöü😀\", x: 1 }"))
    #expect(found.first?.hasPrefix("3:18: ") == true)
    #expect(found.last?.hasPrefix("3:26: unknown key 'x'") == true)
  }

  @Test("Quoted text that looks like a number or a truth value is text")
  func quotedText() throws {
    #expect(try readTenant(tenant("displayName: '42'")).tenant.displayName == "42")
    #expect(try readTenant(tenant("displayName: \"true\"")).tenant.displayName == "true")
  }

  @Test("The tenant's name must be the file's name")
  func fileName() throws {
    #expect(
      try problems(of: "version: 1\ntenant: other\n") == [
        "2:9: 'tenant' must be the file's name: rename the file to other.yaml, or the tenant"
      ])
    let folder = try TemporaryFolder()
    let path = try folder.write("version: 1\ntenant: acme\n", to: "acme.yml")
    #expect(throws: TenantConfigError.self) {
      try TenantFileReader(matchers: sampleMatchers).read(path: path)
    }
  }
}
