import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite("A directory that cannot be read says why")
  struct FailureTests {
    @Test("T2: a size limit makes the read incomplete")
    func sizeLimit() async throws {
      var settings = try Servers.settings("SLAPD")
      settings.rootDN = try Servers.value("SLAPD_LIMITED_BASE")
      settings.bind = .simple(
        user: try Servers.value("SLAPD_LIMITED_USER"), password: Servers.password)
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.code == .incomplete)
      #expect(error.message.contains("size limit"))
      #expect(error.message.contains(settings.rootDN))
    }

    @Test("T2: a missing organizational unit makes the read incomplete and is named")
    func missingUnit() async throws {
      var settings = try Servers.settings()
      settings.organizationalUnits = ["OU=Outside", "OU=Nowhere"]
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.code == .incomplete)
      #expect(error.message.contains("OU=Nowhere,DC=acme,DC=example"))
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
      var settings = try Servers.settings("SLAPD")
      settings.security = security
      settings.port = try Servers.number(
        server.name + (security == .ldaps ? "_TLS_PORT" : "_PORT"))
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.code == .unavailable)
      #expect(error.message.contains("certificate"))
      #expect(error.message.contains(server.words))
    }

    @Test(
      "A certificate of an authority that is not trusted says which, and what to configure",
      arguments: [LDAPSettings.Security.ldaps, .starttls])
    func wrongAuthority(security: LDAPSettings.Security) async throws {
      var settings = try Servers.settings()
      settings.security = security
      settings.port = try Servers.number(security == .ldaps ? "ACME_TLS_PORT" : "ACME_PORT")
      settings.caCertificate = try Servers.value("OTHER_CA")
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.message.contains("its issuer 'CN=tenantctl test CA' is not trusted"))
      #expect(error.message.contains("caCertificate"))
    }

    @Test("Without caCertificate the system's trust store decides")
    func systemTrust() async throws {
      var settings = try Servers.settings()
      settings.caCertificate = nil
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.message.contains("the system's trust store"))
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
      var settings = try Servers.settings()
      settings.bind = .simple(user: "ACME\\\(login)", password: Servers.password)
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.code == .unavailable)
      #expect(error.message.contains(words), "\(error.message)")
      #expect(!error.message.contains(try Servers.value("PASSWORD")))
    }

    @Test("A wrong password is not tried at the next host, since each try counts for a lockout")
    func wrongPassword() async throws {
      var settings = try Servers.settings()
      settings.hosts = .listed([try Servers.value("ACME_HOST"), "127.0.0.1"])
      settings.bind = .simple(
        user: "ACME\\reviewer3", password: .environment(name: "TENANTCTL_TEST_ACME_BASE"))
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.message.contains("the password is wrong"))
      #expect(!error.message.contains("127.0.0.1"))
    }

    @Test("A simple bind that the server wants under TLS says so")
    func plaintextBind() async throws {
      var settings = try Servers.settings()
      settings.security = .plaintext
      settings.port = try Servers.number("ACME_PORT")
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.message.contains("only under TLS"))
    }

    @Test("A keytab of another principal is refused")
    func otherPrincipal() async throws {
      var settings = try Servers.settings()
      settings.bind = .gssapi(
        keytab: try Servers.value("ACME_KEYTAB"), principal: "somebody@ACME.EXAMPLE")
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.message.contains("not of 'somebody@ACME.EXAMPLE'"), "\(error.message)")
    }

    @Test("All hosts down: unavailable, and each is named")
    func allDown() async throws {
      var settings = try Servers.settings()
      settings.hosts = .listed(["127.0.0.9", "no-such-host.invalid"])
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.code == .unavailable)
      #expect(error.message.contains("127.0.0.9:636 cannot be reached: Connection refused"))
      #expect(error.message.contains("'no-such-host.invalid' does not resolve"))
    }

    @Test("The first host down: the second is read")
    func failover() async throws {
      var settings = try Servers.settings()
      settings.hosts = .listed(["127.0.0.9", try Servers.value("ACME_HOST")])
      settings.organizationalUnits = ["OU=Outside"]
      let all = try await Gathered.reading(Servers.reader(settings))
      #expect(all.logins.count == (try Servers.number("ACME_USERS_OUTSIDE")))
      #expect(all.report?.server == "dc1.acme.example:636")
    }
  }
}
