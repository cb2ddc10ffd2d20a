import Administration
import Authorization
import Harness
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite("T2: no snapshot holds pages of two servers", .timeLimit(.minutes(10)))
  struct OneServerTests {
    /// SLAPD over a relay whose first connection ends in the middle, and whose second one leads to
    /// a server that has 300 of the 100,000 users only.
    private func relay(cutAfter bytes: Int) throws -> Relay {
      let address = try Servers.value("SLAPD_ADDRESS")
      let whole = try Servers.number("SLAPD_PORT")
      return try Relay(
        on: "127.0.0.1",
        to: [
          .init(address: address, port: whole, cutAfter: bytes),
          .init(address: address, port: try Servers.number("UNSEALED_PORT")),
        ])
    }

    private func settings(_ port: Int, hosts: [String] = ["127.0.0.1"]) throws -> LDAPSettings {
      var settings = try Servers.settings("SLAPD")
      settings.hosts = .listed(hosts)
      settings.port = port
      settings.security = .plaintext
      settings.caCertificate = nil
      return settings
    }

    @Test(
      "Cut within the first page and after several, and led elsewhere: the other server's users only",
      arguments: [20_000, 2_000_000])
    func cut(bytes: Int) async throws {
      let fault = Fault(.directory, "cut after \(bytes) bytes and led to another server")
      let relay = try relay(cutAfter: bytes)
      let all = try await Gathered.reading(
        Servers.reader(try settings(relay.port), domain: "BIG"))
      try #require(relay.connections == 2)
      try #require(all.logins.count == (try Servers.number("UNSEALED_USERS")))
      try #require(all.report?.records == all.logins.count)
      try #require(all.report?.findings.map(\.code) == [.serverLost])
      fault.survived("read anew, the other server's users only")
    }

    @Test("Cut in the second organizational unit: the first one is read again as well")
    func secondUnit() async throws {
      let fault = Fault(.directory, "cut in the second unit and led to another server")
      let relay = try relay(cutAfter: 26_000_000)
      var settings = try settings(relay.port)
      settings.organizationalUnits = ["OU=Staff", "OU=Agents,OU=US"]
      let all = try await Gathered.reading(Servers.reader(settings, domain: "BIG"))
      try #require(relay.connections == 2)
      try #require(all.logins.count == (try Servers.number("UNSEALED_USERS")))
      fault.survived("the first unit is read again, too")
    }

    @Test("A server that is lost each time leaves no whole read")
    func lostAgain() async throws {
      let address = try Servers.value("SLAPD_ADDRESS")
      let relay = try Relay(
        on: "127.0.0.1",
        to: [
          .init(address: address, port: try Servers.number("SLAPD_PORT"), cutAfter: 2_000_000)
        ])
      let error = try #require(
        await failure(of: Servers.reader(try settings(relay.port), domain: "BIG")))
      #expect(error.code == .incomplete)
      #expect(error.message.contains("was lost"))
      #expect(relay.connections == 2)
    }

    @Test("tenantctl: the run has the users of one server, and its history says that one was lost")
    func product() async throws {
      let relay = try relay(cutAfter: 2_000_000)
      let tenantctl = try RunTenantctl()
      try tenantctl.folder.write(try Servers.value("PASSWORD"), to: "tenants/password")
      try tenantctl.addTenantFile(
        "big",
        """
        version: 1
        tenant: big
        directories:
          - domain: BIG
            source: ldap
            hosts: [127.0.0.1]
            port: \(relay.port)
            security: plaintext
            bind:
              method: simple
              user: "\(try Servers.value("SLAPD_USER"))"
              password: { file: password }
            rootDN: \(try Servers.value("SLAPD_BASE"))
        matching: { matcher: login }
        access:
          roles:
            admin: [Administer Tenant, Administer Active Directory Authentication]
          assignments:
            - { fileOwner: true, roles: [admin] }

        """)
      let count = try Servers.number("UNSEALED_USERS")
      #expect(try await tenantctl.done("sync", "big").contains("run 1: \(count) AD users"))
      let review = try await tenantctl.review("big")
      #expect(review.users.count == count)
      #expect(Set(review.users.map(\.distinguishedName)).count == count)
      #expect(try await tenantctl.done("history", "big").contains("was lost"))
    }

    @Test("Over TLS another server that takes the place of the first is refused by its certificate")
    func otherCertificate() async throws {
      let address = try Servers.value("ACME_ADDRESS")
      let relay = try Relay(
        on: address,
        to: [
          .init(address: address, port: 636, cutAfter: 200_000),
          .init(address: try Servers.value("PARTNER_ADDRESS"), port: 636),
        ])
      var settings = try Servers.settings()
      settings.port = relay.port
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.code == .incomplete)
      #expect(error.message.contains("it is for dc1.partner.example, 127.0.0.3, not for"))
    }

    @Test("Of a dead and a live address of a name the live one is read, verified by the name")
    func deadAddress() async throws {
      var settings = try Servers.settings()
      let host = try Servers.value("ACME_TWO_ADDRESSES")
      settings.hosts = .listed([host])
      settings.organizationalUnits = ["OU=Outside", "OU=Staff"]
      let reader = Servers.reader(settings)
      let all = try await Gathered.reading(reader)
      let expected =
        try Servers.number("ACME_USERS_OUTSIDE") + Servers.number("ACME_USERS_STAFF")
      #expect(all.logins.count == expected)
      #expect(all.report?.server == "\(host):636 (\(try Servers.value("ACME_ADDRESS")))")
      let steps = await reader.testConnection()
      #expect(steps.map(\.name) == [.resolve, .connect, .tls, .bind, .search, .search])
      #expect(
        steps[0].message.split(separator: ", ").sorted() == ["127.0.0.2", "127.0.0.9"])
    }

    @Test(
      "Of two live addresses the one is read whose server has the name's certificate",
      arguments: [false, true])
    func wrongAddress(isSecond: Bool) async throws {
      let host = try Servers.value("ACME_TWO_ADDRESSES")
      let real = try Servers.value("ACME_ADDRESS")
      let (address, other) = isSecond ? ("127.0.0.9", real) : (real, "127.0.0.9")
      let good = try Relay(on: address, to: [.init(address: real, port: 636)])
      let bad = try Relay(
        on: other, to: [.init(address: try Servers.value("PARTNER_ADDRESS"), port: 636)],
        port: good.port)
      var settings = try Servers.settings()
      settings.hosts = .listed([host])
      settings.port = good.port
      settings.organizationalUnits = ["OU=Outside"]
      let all = try await Gathered.reading(Servers.reader(settings))
      #expect(all.logins.count == (try Servers.number("ACME_USERS_OUTSIDE")))
      #expect(all.report?.server == "\(host):\(good.port) (\(address))")
      // The resolver gives the addresses in the order of their numbers.
      #expect(!isSecond || bad.connections > 0)
      let steps = await Servers.reader(settings).testConnection()
      #expect(
        steps.map(\.name) == [.resolve, .connect, .tls, .connect, .tls, .bind, .search]
          || steps.map(\.name) == [.resolve, .connect, .tls, .bind, .search], "\(steps)")
      #expect(steps.last?.succeeded == true)
    }
  }
}
