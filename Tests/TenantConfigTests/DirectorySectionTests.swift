import Administration
import TenantConfig
import TenantCore
import Testing

@Suite("Tenant file: directories")
struct DirectorySectionTests {
  @Test(
    "Plaintext is for loopback only",
    arguments: [
      ("127.0.0.1", true), ("127.255.0.3", true), ("localhost", true), ("LOCALHOST", true),
      ("\"::1\"", true), ("128.0.0.1", false), ("127.evil.example", false),
      ("localhost.evil.example", false), ("dc1.acme.example", false), ("\"::2\"", false),
      ("\"::ffff:10.0.0.1\"", false), ("0.0.0.0", false),
    ])
  func plaintext(host: String, isAllowed: Bool) throws {
    let text = liveDirectory("security: plaintext", hosts: "hosts: [\(host)]")
    let found = try problems(of: text)
    #expect(found.isEmpty == isAllowed, "\(found)")
    if !isAllowed { #expect(found.first?.hasPrefix("6:13: 'security: plaintext' is") == true) }
  }

  @Test("Sealed works with any host and with discovery, and with Kerberos only")
  func sealed() throws {
    for hosts in ["hosts: [dc1.acme.example]", "discover: srv\n    dnsDomain: acme.example"] {
      let file = try readTenant(liveDirectory("security: sealed", hosts: hosts))
      guard case .ldap(let settings)? = file.tenant.directories.first?.source else {
        Issue.record("not a live directory")
        return
      }
      #expect(settings.security == .sealed)
      #expect(settings.security.defaultPort == 389)
    }
    let simple = liveDirectory("security: sealed").replacing(
      "{ method: gssapi }", with: "{ method: simple, user: u, password: { env: A } }")
    #expect(
      try problems(of: simple) == [
        "9:15: 'security: sealed' needs Kerberos, and 'bind' has 'method: simple', whose password "
          + "would be readable on the way; use 'method: gssapi', or 'security: ldaps' or 'starttls'"
      ])
  }

  @Test("Discovery needs a DNS domain, and is never plaintext")
  func discovery() throws {
    let text = liveDirectory("security: plaintext", hosts: "discover: srv")
    #expect(
      try problems(of: text) == [
        "6:5: 'discover: srv' asks the DNS for the hosts of 'dnsDomain'; add that key",
        "9:15: 'security: plaintext' is not allowed with 'discover'; use ldaps, starttls or sealed",
      ])
    let good = liveDirectory("dnsDomain: acme.example", hosts: "discover: srv")
    #expect(try problems(of: good) == [])
  }

  @Test("Hosts are listed or discovered: one of the two")
  func hostsOrDiscovery() throws {
    #expect(
      try problems(of: liveDirectory("", hosts: "port: 636")) == [
        "4:5: an entry of 'directories' needs one of 'hosts' or 'discover'"
      ])
    #expect(
      try problems(of: liveDirectory("discover: srv\ndnsDomain: acme.example")) == [
        "9:5: an entry of 'directories' may have only one of 'hosts' or 'discover'"
      ])
    #expect(
      try problems(of: liveDirectory("", hosts: "hosts: []")) == [
        "6:12: 'hosts' must not be empty"
      ])
  }

  @Test(
    "A host is a name or an address and nothing else",
    arguments: ["ldaps://dc1.acme.example", "dc1:636", "dc 1", "-dc", "dc..acme", "a/b", "dc1,"])
  func hosts(host: String) throws {
    let found = try problems(of: liveDirectory("", hosts: "hosts: [\"\(host)\"]"))
    #expect(found.first?.hasPrefix("6:13: an entry of 'hosts' must be a host's name") == true)
  }

  @Test("Two directories never share a name, in any case: a login with it would mean either (M6)")
  func duplicateDomains() throws {
    let text = tenant(
      """
      directories:
        - { domain: ACME, dnsDomain: acme.example, source: ldif, file: a.ldif }
        - { domain: Acme, source: ldif, file: b.ldif }
        - { domain: OTHER, dnsDomain: ACME.EXAMPLE, source: csv, file: c.csv }
        - { domain: same, dnsDomain: same, source: csv, file: d.csv }
      """)
    let remedy = "; each directory needs names of its own"
    #expect(
      try problems(of: text) == [
        "5:15: the domain 'Acme' is taken by the directory at line 4" + remedy,
        "6:33: the domain 'ACME.EXAMPLE' is taken by the directory at line 4" + remedy,
      ])
  }

  @Test("A key of another kind of source is an error that says so")
  func misplacedKeys() throws {
    let text = tenant(
      """
      directories:
        - domain: A
          source: csv
          file: a.csv
          filter: (a=b)
          hosts: [h]
          exclude: { filter: (a=b) }
      """)
    #expect(
      try problems(of: text) == [
        "7:5: 'filter' does not apply to 'source: csv'; it is for source ldap",
        "8:5: 'hosts' does not apply to 'source: csv'; it is for source ldap",
        "9:24: 'filter' applies to live directories (source: ldap) only, not to 'csv' files; "
          + "exclude logins or organizational units instead",
      ])
    #expect(
      try problems(of: liveDirectory("file: a.ldif")) == [
        "9:5: 'file' does not apply to 'source: ldap'; it is for source ldif or csv"
      ])
  }

  @Test(
    "A filter must be one of RFC 4515",
    arguments: [
      ("(a=b)", true), ("(!(a=b))", true), ("(&(a=b)(|(c=*)(d>=1)))", true),
      ("(&  (a=b)\\n (c=d) )", true), ("(a=x*y*z)", true), ("(a~=b)", true), ("(a=)", true),
      ("(userAccountControl:1.2.840.113556.1.4.803:=2)", true), ("(:dn:2.5.13.2:=x)", true),
      ("(cn:dn:=x)", true), ("(a=\\\\28x\\\\29)", true), ("(userCertificate;binary=*)", true),
      ("a=b", false), ("(a=b", false), ("(a=b))", false), ("(a)", false), ("()", false),
      ("(&)", false), ("(!(a=b)(c=d))", false), ("(a=b)(c=d)", false), ("(a=\\\\2)", false),
      ("(a=\\\\zz)", false), ("(=b)", false), ("(1a=b)", false), ("(a=(b))", false),
      ("(a b=c)", false), ("(:=x)", false),
    ])
  func filters(filter: String, isValid: Bool) throws {
    let found = try problems(of: liveDirectory("filter: \"\(filter)\""))
    #expect(found.isEmpty == isValid, "\(found)")
    if !isValid { #expect(found.first?.hasPrefix("9:13: 'filter' ") == true) }
  }

  @Test("A filter of a hundred thousand parentheses is an error, not a crash")
  func deepFilter() throws {
    let filter = String(repeating: "(!", count: 100_000)
    let found = try problems(of: liveDirectory("filter: \"\(filter)\""))
    #expect(found == ["9:13: 'filter' is nested more than 60 levels deep"])
  }

  @Test("A filter may be written on several lines")
  func foldedFilter() throws {
    let file = try readTenant(liveDirectory("filter: >\n  (&(a=b)\n  (c=d))"))
    guard case .ldap(let settings) = try #require(file.tenant.directories.first).source else {
      Issue.record("not a live directory")
      return
    }
    #expect(settings.filter == "(&(a=b) (c=d))")
  }

  @Test(
    "Names of units are distinguished names (RFC 4514)",
    arguments: [
      ("OU=Staff", true), ("OU=Agents,OU=US", true), ("OU=Agents, OU=US", true),
      (#"OU=Smith\\, John"#, true), (#"OU=\\23x"#, true), ("2.5.4.11=x", true),
      ("CN=a+UID=b,OU=c", true), ("OU=#04024869", true), ("OU=Größe", true), ("OU=a=b", true),
      ("Staff", false), ("OU=", false), ("=x", false), ("OU=a,", false), (",OU=a", false),
      ("OU=a,,OU=b", false), ("OU=a;OU=b", false), ("OU=<a>", false), (#"OU=a\\"#, false),
      (#"OU=\\q"#, false), ("OU=#0", false), ("O U=x", false), ("OU=a)(cn=*", true),
    ])
  func names(name: String, isValid: Bool) throws {
    let found = try problems(of: liveDirectory("organizationalUnits: [\"\(name)\"]"))
    #expect(found.isEmpty == isValid, "\(found)")
    if !isValid { #expect(found.first?.hasPrefix("9:27: an entry of 'organiz") == true) }
  }

  @Test("A unit that repeats the root is found, also among the exclusions")
  func wholeUnits() throws {
    let text = liveDirectory(
      """
      organizationalUnits: ["OU=Staff, dc=ACME,DC=example", OU=Other]
      exclude: { organizationalUnits: ["OU=X,DC=acme,DC=example"] }
      """)
    let message = "organizational units are relative to 'rootDN'; leave the root off the end"
    #expect(try problems(of: text) == ["9:27: \(message)", "10:38: \(message)"])
  }

  @Test(
    "Ranges are held at both ends",
    arguments: [
      ("port: 1", true), ("port: 65535", true), ("port: 0", false), ("port: 65536", false),
      ("port: \"636\"", false), ("port: 99999999999999999999", false), ("port: 6.5", false),
      ("pageSize: 1", true), ("pageSize: 1000", true), ("pageSize: 1001", false),
      ("timeout: 1s", true), ("timeout: 10m", true), ("timeout: 601s", false),
      ("timeout: 0s", false), ("timeout: 30", false), ("timeout: 1.5m", false),
      ("timeout: -1s", false), ("timeout: 1d", false), ("timeout: ٣s", false),
      ("timeout: s", false),
    ])
  func ranges(line: String, isValid: Bool) throws {
    #expect(try problems(of: liveDirectory(line)).isEmpty == isValid)
  }
}
