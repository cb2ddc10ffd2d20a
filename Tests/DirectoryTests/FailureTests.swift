import Administration
import Harness
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite("A directory that cannot be read says why", .timeLimit(.minutes(10)))
  struct FailureTests {
    @Test("T2: a size limit makes the read incomplete")
    func sizeLimit() async throws {
      let fault = Fault(.directory, "sizeLimitExceeded of slapd")
      var settings = try Servers.settings("SLAPD")
      settings.rootDN = try Servers.value("SLAPD_LIMITED_BASE")
      settings.bind = .simple(
        user: try Servers.value("SLAPD_LIMITED_USER"), password: Servers.password)
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.code == .incomplete)
      try #require(error.message.contains("size limit"))
      try #require(error.message.contains(settings.rootDN))
      fault.survived("incomplete, the unit named")
    }

    @Test("T2: a missing organizational unit makes the read incomplete and is named")
    func missingUnit() async throws {
      let fault = Fault(.directory, "one OU missing in Active Directory")
      var settings = try Servers.settings()
      settings.organizationalUnits = ["OU=Outside", "OU=Nowhere"]
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.code == .incomplete)
      try #require(error.message.contains("OU=Nowhere,DC=acme,DC=example"))
      fault.survived("incomplete, the unit named")
    }

    @Test(
      "A refused certificate is called one, with what is wrong and the remedy",
      arguments: [
        ("EXPIRED", "expired on"), ("WRONG_NAME", "not for 'slapd.acme.example'"),
        ("SELF_SIGNED", "self-signed"),
      ], [LDAPSettings.Security.ldaps, .starttls])
    func certificates(server: (name: String, words: String), security: LDAPSettings.Security)
      async throws
    {
      let fault = Fault(.directory, "certificate \(server.name), \(security.rawValue)")
      var settings = try Servers.settings("SLAPD")
      settings.security = security
      settings.port = try Servers.number(
        server.name + (security == .ldaps ? "_TLS_PORT" : "_PORT"))
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.code == .unavailable)
      try #require(error.message.contains("certificate"))
      try #require(error.message.contains(server.words))
      fault.survived("unavailable: '… \(server.words) …'")
    }

    @Test(
      "A certificate of an authority that is not trusted says which, and what to configure",
      arguments: [LDAPSettings.Security.ldaps, .starttls])
    func wrongAuthority(security: LDAPSettings.Security) async throws {
      let fault = Fault(.directory, "wrong CA, \(security.rawValue)")
      var settings = try Servers.settings()
      settings.security = security
      settings.port = try Servers.number(security == .ldaps ? "ACME_TLS_PORT" : "ACME_PORT")
      settings.caCertificate = try Servers.value("OTHER_CA")
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.message.contains("its issuer 'CN=tenantctl test CA' is not trusted"))
      try #require(error.message.contains("caCertificate"))
      fault.survived("unavailable, its issuer named")
    }

    @Test("Without caCertificate the system's trust store decides")
    func systemTrust() async throws {
      let fault = Fault(.directory, "a CA that the system does not trust")
      var settings = try Servers.settings()
      settings.caCertificate = nil
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.message.contains("the system's trust store"))
      fault.survived("unavailable, the trust store named")
    }

    @Test(
      "Active Directory's reasons to refuse a bind are put into words",
      arguments: [
        ("svc-disabled", "disabled"), ("svc-must-change", "must change"),
        ("svc-old-password", "password has expired"),
        ("svc-account-expired", "account has expired"),
        ("svc-locked", "locked"), ("nobody-of-that-name", "name or the password is wrong"),
      ])
    func binds(login: String, words: String) async throws {
      let fault = Fault(.directory, "bind refused by Active Directory: \(login)")
      var settings = try Servers.settings()
      settings.bind = .simple(user: "ACME\\\(login)", password: Servers.password)
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.code == .unavailable)
      try #require(error.message.contains(words), "\(error.message)")
      try #require(!error.message.contains(try Servers.value("PASSWORD")))
      fault.survived("unavailable: '… \(words) …', no password told")
    }

    @Test("A wrong password is not tried at the next host, since each try counts for a lockout")
    func wrongPassword() async throws {
      let fault = Fault(.directory, "wrong password at two hosts")
      var settings = try Servers.settings()
      settings.hosts = .listed([try Servers.value("ACME_HOST"), "127.0.0.1"])
      settings.bind = .simple(
        user: "ACME\\reviewer3", password: .environment(name: "TENANTCTL_TEST_ACME_BASE"))
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.message.contains("the password is wrong"))
      try #require(!error.message.contains("127.0.0.1"))
      fault.survived("tried once")
    }

    @Test("A simple bind that the server accepts only under TLS says so")
    func plaintextBind() async throws {
      let fault = Fault(.directory, "simple bind refused by Active Directory without TLS")
      var settings = try Servers.settings()
      settings.security = .plaintext
      settings.port = try Servers.number("ACME_PORT")
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.message.contains("only under TLS"))
      fault.survived("unavailable: 'only under TLS'")
    }

    @Test("A keytab of another principal is refused")
    func otherPrincipal() async throws {
      let fault = Fault(.directory, "keytab of another principal")
      var settings = try Servers.settings()
      settings.bind = .gssapi(
        keytab: try Servers.value("ACME_KEYTAB"), principal: "somebody@ACME.EXAMPLE")
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.message.contains("not of 'somebody@ACME.EXAMPLE'"), "\(error.message)")
      fault.survived("unavailable, both named")
    }

    @Test("All hosts down: unavailable, and each is named")
    func allDown() async throws {
      let fault = Fault(.directory, "all hosts down")
      var settings = try Servers.settings()
      settings.hosts = .listed(["127.0.0.9", "no-such-host.invalid"])
      let error = try #require(await failure(of: Servers.reader(settings)))
      try #require(error.code == .unavailable)
      try #require(error.message.contains("127.0.0.9:636 cannot be reached: connection refused"))
      try #require(error.message.contains("'no-such-host.invalid' does not resolve"))
      fault.survived("unavailable, each named")
    }

    @Test("The first host down: the second is read")
    func failover() async throws {
      let fault = Fault(.directory, "first host down, second is Active Directory")
      var settings = try Servers.settings()
      settings.hosts = .listed(["127.0.0.9", try Servers.value("ACME_HOST")])
      settings.organizationalUnits = ["OU=Outside"]
      let all = try await Gathered.reading(Servers.reader(settings))
      try #require(all.logins.count == (try Servers.number("ACME_USERS_OUTSIDE")))
      try #require(all.report?.server == "dc1.acme.example:636")
      fault.survived("the second is read")
    }
  }
}
