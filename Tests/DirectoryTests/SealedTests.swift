import Administration
import Foundation
import Harness
import OperatingSystem
import TenantCore
import Testing

@testable import ActiveDirectory
@testable import Authorization

extension RealServers {
  @Suite("security: sealed reads with Kerberos alone, and encrypted", .timeLimit(.minutes(10)))
  struct SealedTests {
    private static func settings(_ name: String) throws -> LDAPSettings {
      var settings = try Servers.settings(name)
      settings.security = .sealed
      settings.port = try Servers.number(name + "_PORT")
      settings.caCertificate = nil
      settings.bind = .gssapi(
        keytab: try Servers.value(name + "_KEYTAB"),
        principal: try Servers.value(name + "_PRINCIPAL"))
      return settings
    }

    @Test(
      "All users are read, whether the server refuses unsealed binds (ACME) or takes them (PARTNER)",
      arguments: ["ACME", "PARTNER"])
    func reads(name: String) async throws {
      let settings = try Self.settings(name)
      let all = try await Gathered.reading(Servers.reader(settings, domain: name))
      #expect(all.logins.count == (try Servers.number(name + "_USERS")))
      let steps = await Servers.reader(settings, domain: name).testConnection()
      #expect(steps.map(\.name) == [.resolve, .connect, .bind, .search])
      #expect(steps.map(\.succeeded) == [true, true, true, true])
      #expect(steps[2].message == "signed in as \(try Servers.value(name + "_PRINCIPAL"))")
    }

    @Test("The two servers differ: without a seal, one refuses the bind and says so, one takes it")
    func unsealed() async throws {
      for (name, isTaken) in [("ACME", false), ("PARTNER", true)] {
        let address = try Servers.value(name + "_ADDRESS")
        let connector = LDAPConnector(
          settings: try Self.settings(name), cancellation: Cancellation())
        let connection = try connector.connected(
          to: LDAPServer(
            host: try Servers.value(name + "_HOST"), port: 389, security: .sealed,
            address: address))
        try connection.handle.set(0x6106, "maxssf=0")  // LDAP_OPT_X_SASL_SECPROPS
        let keytab = try Servers.value(name + "_KEYTAB")
        let bound = Result {
          try KerberosTickets(keytab: keytab, principal: nil, host: connection.server.host)
            .use { try connection.handle.bindGSSAPI() }
        }
        #expect(((try? bound.get()) != nil) == isTaken, "\(name): \(bound)")
        #expect(connection.handle.saslStrength == 0)
      }
    }

    @Test("Nothing that is asked or answered can be read on the way; in plaintext all of it can")
    func confidential() async throws {
      for security in [LDAPSettings.Security.sealed, .plaintext] {
        let name = security == .sealed ? "ACME" : "PARTNER"
        let address = try Servers.value(name + "_ADDRESS")
        let relay = try Relay(on: address, to: [.init(address: address, port: 389)])
        var settings = try Self.settings(name)
        settings.port = relay.port
        settings.security = security
        if security == .plaintext {
          settings.bind = .simple(
            user: try Servers.value(name + "_USER"), password: Servers.password)
        }
        let all = try await Gathered.reading(Servers.reader(settings, domain: name))
        #expect(all.logins.count == (try Servers.number(name + "_USERS")))
        #expect(relay.bytes.count > 10_000)
        for word in ["sAMAccountName", "user00001", "objectCategory"] {
          #expect(relay.bytes.holds(word) == (security == .plaintext), "\(name) \(word)")
        }
      }
    }

    @Test("A server that offers integrity but no encryption is refused before it is asked anything")
    func weak() async throws {
      let address = try Servers.value("SLAPD_ADDRESS")
      let relay = try Relay(
        on: address, to: [.init(address: address, port: try Servers.number("UNSEALED_PORT"))])
      var settings = try Self.settings("ACME")
      settings.hosts = .listed([try Servers.value("SLAPD_HOST")])
      settings.port = relay.port
      settings.rootDN = try Servers.value("SLAPD_BASE")
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.code == .unavailable)
      #expect(error.message.contains("offers no encryption of 128 bits"), "\(error.message)")
      #expect(!relay.bytes.holds("sAMAccountName"))
    }

    @Test("Two domains at once, many times over: each read has its own principal and its own users")
    func concurrent() async throws {
      let counts = [
        "ACME": try Servers.number("ACME_USERS_OUTSIDE"),
        "PARTNER": try Servers.number("PARTNER_USERS_PEOPLE"),
      ]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<24 {
          let name = number.isMultiple(of: 2) ? "ACME" : "PARTNER"
          group.addTask {
            var settings = try Self.settings(name)
            settings.organizationalUnits = [name == "ACME" ? "OU=Outside" : "OU=People"]
            let steps = await Servers.reader(settings, domain: name).testConnection()
            #expect(
              steps.map(\.message).suffix(2) == [
                "signed in as \(try Servers.value(name + "_PRINCIPAL"))",
                "\(try #require(counts[name])) users",
              ])
          }
        }
        try await group.waitForAll()
      }
      #expect(ProcessInfo.processInfo.environment["KRB5_CLIENT_KTNAME"] == nil)
    }

    @Test("A person's password is sent over no sealed connection; the refusal says what to do")
    func signIn() async throws {
      let link = DirectoryLink(Servers.reader(try Self.settings("ACME")), Cancellation())
      let password = try #require(Password(try Servers.value("PASSWORD")))
      let error = #expect(throws: DirectoryError.self) {
        try PersonBind(link: link, use: PasswordUse()).run(dn: "CN=x", password: password)
      }
      #expect(error?.message.contains("use ldaps or starttls") == true)
    }

    @Test("tenantctl: validate, test-connection, sync and review of a sealed directory")
    func product() async throws {
      let tenantctl = try RunTenantctl()
      let keytab = try Data(
        contentsOf: URL(fileURLWithPath: try Servers.value("PARTNER_KEYTAB")))
      try keytab.write(to: URL(fileURLWithPath: tenantctl.folder.path("partner.keytab")))
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: tenantctl.folder.path("partner.keytab"))
      try tenantctl.addTenantFile(
        "partner",
        """
        version: 1
        tenant: partner
        directories:
          - domain: PARTNER
            dnsDomain: partner.example
            source: ldap
            hosts: [\(try Servers.value("PARTNER_HOST"))]
            security: sealed
            bind: { method: gssapi, keytab: \(tenantctl.folder.path("partner.keytab")) }
            rootDN: \(try Servers.value("PARTNER_BASE"))
            organizationalUnits: [OU=People]
        matching: { matcher: login }
        access:
          roles:
            admin: [Administer Tenant, Administer Active Directory Authentication]
          assignments:
            - { fileOwner: true, roles: [admin] }

        """)
      let realms = try #require(ProcessInfo.processInfo.environment["KRB5_CONFIG"])
      try await tenantctl.done("tenants", "validate")
      let steps = try await tenantctl(
        "test-connection", "partner", environment: ["KRB5_CONFIG": realms])
      #expect(steps.code == 0)
      #expect(steps.output.contains("signed in as svc-review@PARTNER.EXAMPLE"))
      let sync = try await tenantctl(
        "sync", "partner", "--log-level", "debug", environment: ["KRB5_CONFIG": realms])
      let count = try Servers.number("PARTNER_USERS_PEOPLE")
      #expect(sync.output.contains("run 1: \(count) AD users"), "\(sync.errors)")
      #expect(sync.errors.contains("-Y GSSAPI -N -O minssf=128"))
      #expect(try await tenantctl.review("partner").users.count == count)
    }
  }
}
