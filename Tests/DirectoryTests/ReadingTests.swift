import Administration
import PluginContract
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite("A live directory is read whole", .timeLimit(.minutes(10)))
  struct ReadingTests {
    @Test("T2: every user of two organizational units is read, page by page")
    func units() async throws {
      var settings = try Servers.settings()
      settings.organizationalUnits = ["OU=Staff", "OU=Agents,OU=US"]
      settings.pageSize = 250
      let all = try await Gathered.reading(Servers.reader(settings))
      let expected = try Servers.number("ACME_USERS_STAFF") + Servers.number("ACME_USERS_AGENTS")
      #expect(all.logins.count == expected)
      #expect(Set(all.anchors.values).count == expected)
      #expect(all.report?.records == expected)
      #expect((all.report?.pages ?? 0) >= expected / 250)
    }

    @Test("T2: more than 2,500 users come from the root, past the server's 1,000 a page")
    func root() async throws {
      let all = try await Gathered.reading(Servers.reader(Servers.settings()))
      #expect(all.logins.count == (try Servers.number("ACME_USERS")))
      #expect(all.logins.count > 2500)
    }

    @Test("T2: a server that stops an unpaged search at 1,000 is read whole in pages")
    func thousand() async throws {
      let all = try await Gathered.reading(
        Servers.reader(Servers.settings("SLAPD"), domain: "BIG"))
      #expect(all.logins.count == (try Servers.number("SLAPD_USERS")))
    }

    @Test("StartTLS reads what ldaps reads")
    func startTLS() async throws {
      var settings = try Servers.settings()
      settings.security = .starttls
      settings.port = try Servers.number("ACME_PORT")
      settings.organizationalUnits = ["OU=Outside"]
      let all = try await Gathered.reading(Servers.reader(settings))
      #expect(all.logins.count == (try Servers.number("ACME_USERS_OUTSIDE")))
    }

    @Test("Kerberos with a keytab reads what a password reads", arguments: ["ACME", "PARTNER"])
    func kerberos(name: String) async throws {
      var settings = try Servers.settings(name)
      settings.bind = .gssapi(
        keytab: try Servers.value(name + "_KEYTAB"),
        principal: try Servers.value(name + "_PRINCIPAL"))
      let all = try await Gathered.reading(Servers.reader(settings, domain: name))
      #expect(all.logins.count == (try Servers.number(name + "_USERS")))
    }

    @Test("Two domains give their own users")
    func twoDomains() async throws {
      let acme = try await Gathered.reading(Servers.reader(Servers.settings()))
      let partner = try await Gathered.reading(
        Servers.reader(Servers.settings("PARTNER"), domain: "PARTNER"))
      #expect(partner.logins.count == (try Servers.number("PARTNER_USERS")))
      #expect(Set(acme.anchors.values).isDisjoint(with: partner.anchors.values))
    }

    @Test("A list of 2,000 values is read to its end")
    func manyValues() async throws {
      var settings = try Servers.settings()
      settings.filter = "(sAMAccountName=many)"
      let all = try await Gathered.reading(
        Servers.reader(settings), attributes: ["proxyAddresses"])
      #expect(all.values["many"] == 2000)
    }

    @Test("Names beyond ASCII come as they are")
    func unicode() async throws {
      let all = try await Gathered.reading(Servers.reader(Servers.settings()))
      #expect(all.names["user00001"]?.hasPrefix("CN=Björn Müller 00001,") == true)
    }

    @Test("M12: disabled, locked and expired accounts are read and flagged")
    func flags() async throws {
      let all = try await Gathered.reading(Servers.reader(Servers.settings()))
      #expect(all.flags["disabled1"] == .disabled)
      #expect(all.flags["locked1"]?.contains(.locked) == true)
      #expect(all.flags["expired1"]?.contains(.expired) == true)
      #expect(all.flags["reviewer1"] == [])
      #expect(!all.logins.contains("WS01$"))
    }

    @Test("M13: excluded users are read and name their rule")
    func exclusions() async throws {
      let exclusions = Exclusions(
        logins: ["svc-rev*"], organizationalUnits: ["OU=Service Accounts,OU=Staff"],
        filter: "(description=no-sync)")
      let all = try await Gathered.reading(
        Servers.reader(Servers.settings(), exclusions: exclusions))
      #expect(all.exclusions["svc-review"] == .logins)
      #expect(all.exclusions["svc-locked"] == .organizationalUnits)
      #expect(all.exclusions["nosync1"] == .filter)
      #expect(all.exclusions["user00001"] == nil)
    }

    @Test("The tenant file's filter is and-ed with the person filter")
    func filter() async throws {
      var settings = try Servers.settings()
      settings.filter = "(!(description=no-sync))"
      let all = try await Gathered.reading(Servers.reader(settings))
      #expect(all.logins.count == (try Servers.number("ACME_USERS")) - 1)
    }
  }
}
