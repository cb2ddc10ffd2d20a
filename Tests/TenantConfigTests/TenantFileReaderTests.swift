import Administration
import Authorization
import Foundation
import Glibc
import PluginContract
import TenantConfig
import TenantCore
import Testing

@Suite("Tenant file: every key")
struct TenantFileReaderTests {
  /// One file with every key of tenant-file.md, section 1, each with a value that is no default.
  static let complete = #"""
    version: 1
    tenant: acme
    displayName: Acme Insurance
    directories:
      - domain: ACME
        dnsDomain: acme.example
        source: ldap
        hosts: [dc1.acme.example, 10.0.0.2]
        port: 3269
        security: starttls
        caCertificate: certs/acme-ca.pem
        bind:
          method: simple
          user: ACME\svc-review
          password: { file: secrets/acme }
        rootDN: DC=acme,DC=example
        organizationalUnits: [OU=Staff, "OU=Agents,OU=US"]
        filter: (!(description=no-sync))
        exclude:
          logins: ["svc-*"]
          organizationalUnits: ["OU=Service Accounts,OU=Staff"]
          filter: (employeeType=robot)
        pageSize: 500
        timeout: 2m
      - domain: BRANCH
        dnsDomain: branch.example
        source: ldap
        discover: srv
        bind: { method: gssapi, keytab: /etc/branch.keytab, principal: svc@BRANCH.EXAMPLE }
        rootDN: DC=branch,DC=example
      - domain: PARTNER
        source: ldif
        file: directory/partner.ldif
        exclude: { logins: [test] }
      - domain: OLD
        source: csv
        file: /srv/old.csv
    users:
      source: csv
      file: acme-users.csv
    matching:
      matcher: composite
      mode: all
      strategies:
        - matcher: login
        - matcher: smtp
          options: { proxyAddresses: true }
        - matcher: acme-badge
          options: { digits: 8, prefix: "00", attribute: pager }
    synchronization:
      interval: 2h
      blankValues: clear
      limits: { maxDrop: 0%, maxUpdates: 100%, maxNewLinks: 200%, maxUserDrop: 5% }
    plugins:
      acme-badge: { sha256: 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08 }
    access:
      roles:
        tenant-administrator: [Administer Tenant, Administer Active Directory Authentication]
        half: [Administer Tenant]
      assignments:
        - { fileOwner: true, roles: [tenant-administrator] }
        - { osUser: alice, roles: [half, tenant-administrator] }
        - { osGroup: ad-reviewers, roles: [half] }
        - { directoryGroup: "CN=AD Review,DC=acme,DC=example", roles: [half] }
        - { localUser: maria, roles: [half] }
    """#

  @Test("V5: who may sign a review is any, or another than who decided")
  func signer() throws {
    #expect(try readTenant(tenant("reviews: { signer: other }")).tenant.reviews.signer == .other)
    #expect(try readTenant(tenant("reviews: {}")).tenant.reviews.signer == .any)
    let problems = try problems(of: tenant("reviews: { signer: nobody }"))
    #expect(problems.count == 1 && problems.first?.contains("any") == true)
  }

  @Test("Every key is read, and relative paths count from the file")
  func everyKey() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.complete, to: "acme.yaml")
    let file = try TenantFileReader(matchers: sampleMatchers).read(path: path)
    #expect(file.path == path)
    #expect(file.owner == getuid())
    #expect(file.tenant.name == "acme")
    #expect(file.tenant.displayName == "Acme Insurance")
    #expect(file.tenant.users == .csv(path: folder.path + "/acme-users.csv"))
    #expect(file.tenant.directories == expectedDirectories(in: folder.path))
  }

  private func expectedDirectories(in folder: String) -> [Directory] {
    let acme = LDAPSettings(
      hosts: .listed(["dc1.acme.example", "10.0.0.2"]), port: 3269, security: .starttls,
      caCertificate: folder + "/certs/acme-ca.pem",
      bind: .simple(user: #"ACME\svc-review"#, password: .file(path: folder + "/secrets/acme")),
      rootDN: "DC=acme,DC=example", organizationalUnits: ["OU=Staff", "OU=Agents,OU=US"],
      filter: "(!(description=no-sync))", pageSize: 500, timeout: .seconds(120))
    let branch = LDAPSettings(
      hosts: .discovered,
      bind: .gssapi(keytab: "/etc/branch.keytab", principal: "svc@BRANCH.EXAMPLE"),
      rootDN: "DC=branch,DC=example")
    return [
      Directory(
        domain: "ACME", dnsDomain: "acme.example", source: .ldap(acme),
        exclusions: Exclusions(
          logins: ["svc-*"], organizationalUnits: ["OU=Service Accounts,OU=Staff"],
          filter: "(employeeType=robot)")),
      Directory(domain: "BRANCH", dnsDomain: "branch.example", source: .ldap(branch)),
      Directory(
        domain: "PARTNER", source: .ldif(path: folder + "/directory/partner.ldif"),
        exclusions: Exclusions(logins: ["test"])),
      Directory(domain: "OLD", source: .csv(path: "/srv/old.csv")),
    ]
  }

  @Test("Matching, synchronization, plugins and access are read")
  func theOtherSections() throws {
    let file = try readTenant(Self.complete)
    #expect(
      file.tenant.matching
        == Matching(
          matcher: .init(matcher: "composite"),
          strategies: [
            .init(matcher: "login"),
            .init(matcher: "smtp", options: ["proxyAddresses": .boolean(true)]),
            .init(
              matcher: "acme-badge",
              options: [
                "digits": .integer(8), "prefix": .string("00"), "attribute": .string("pager"),
              ]),
          ], mode: .all))
    #expect(
      file.tenant.synchronization
        == Synchronization(
          interval: .seconds(7200), blankValues: .clear,
          limits: Limits(
            maxDropPercent: 0, maxUpdatesPercent: 100, maxNewLinksPercent: 200,
            maxUserDropPercent: 5)))
    #expect(
      file.tenant.pluginHashes == [
        "acme-badge": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      ])
    let both = Set(Permission.allCases)
    #expect(
      file.access
        == AccessPolicy(
          roles: ["tenant-administrator": both, "half": [.administerTenant]],
          assignments: [
            .init(.fileOwner, roles: ["tenant-administrator"]),
            .init(.osUser("alice"), roles: ["half", "tenant-administrator"]),
            .init(.osGroup("ad-reviewers"), roles: ["half"]),
            .init(.directoryGroup("CN=AD Review,DC=acme,DC=example"), roles: ["half"]),
            .init(.localUser("maria"), roles: ["half"]),
          ]))
  }

  @Test("A file with the two required keys has the documented defaults")
  func defaults() throws {
    let file = try readTenant("version: 1\ntenant: acme\n")
    #expect(file.tenant == Tenant(name: "acme"))
    #expect(file.tenant.displayName == "acme")
    #expect(file.tenant.users == .store)
    #expect(file.tenant.matching == Matching(matcher: .init(matcher: "login"), mode: .first))
    #expect(file.tenant.synchronization.interval == .seconds(15 * 60))
    #expect(file.tenant.synchronization.blankValues == .keep)
    #expect(file.tenant.synchronization.limits == Limits())
    #expect(file.tenant.pluginHashes == [:])
    #expect(file.access == AccessPolicy())
  }

  @Test("A live directory has the documented defaults")
  func liveDefaults() throws {
    let directory = try #require(try readTenant(liveDirectory("")).tenant.directories.first)
    let expected = LDAPSettings(
      hosts: .listed(["dc1.acme.example"]), port: nil, security: .ldaps, caCertificate: nil,
      bind: .gssapi(keytab: nil, principal: nil), rootDN: "DC=acme,DC=example",
      organizationalUnits: [], filter: nil, pageSize: 1000, timeout: .seconds(30))
    #expect(directory == Directory(domain: "ACME", source: .ldap(expected)))
  }

  @Test("A byte order mark and Windows line ends do no harm")
  func foreignEditors() throws {
    let file = try readTenant("\u{FEFF}version: 1\r\ntenant: acme\r\ndisplayName: Ärzte\r\n")
    #expect(file.tenant.displayName == "Ärzte")
  }

  @Test("A path may be relative to the current folder, and errors name it as given")
  func missingFile() throws {
    let reader = TenantFileReader(matchers: sampleMatchers)
    let error = #expect(throws: TenantConfigError.self) {
      try reader.read(path: "no-such-file.yaml")
    }
    #expect(error?.code == .unreadable || error?.code == .unsafe)
    let folder = try TemporaryFolder()
    let absent = #expect(throws: TenantConfigError.self) {
      try reader.read(path: folder.path + "/absent.yaml")
    }
    #expect(absent?.description == folder.path + "/absent.yaml: there is no such file")
  }
}
