import Administration
import Authorization
import Harness
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite(
    "A port and a name that do not fit 'security' say the likely mistake", .timeLimit(.minutes(10)))
  struct WrongSecurityTests {
    /// What the read and `test-connection` say, which is the same.
    private func message(_ settings: LDAPSettings, domain: String = "ACME") async throws -> String {
      let error = try #require(await failure(of: Servers.reader(settings, domain: domain)))
      #expect(error.code == .unavailable)
      let steps = await Servers.reader(settings, domain: domain).testConnection()
      #expect(steps.last?.succeeded == false)
      let message = try #require(steps.last?.message)
      #expect(error.message.contains(message))
      return message
    }

    @Test("ldaps at a port that speaks LDAP without TLS", arguments: ["ACME", "PARTNER", "SLAPD"])
    func ldapsAtPlainPort(name: String) async throws {
      var settings = try Servers.settings(name)
      settings.port = try Servers.number(name + "_PORT")
      let words = try await message(settings, domain: name)
      #expect(words.contains("speaks LDAP without TLS at first"), "\(words)")
      #expect(words.contains("use 'security: starttls' with this port, or port 636"))
    }

    @Test(
      "starttls, sealed and plaintext at a port that speaks TLS at once",
      arguments: [LDAPSettings.Security.starttls, .sealed, .plaintext], ["ACME", "SLAPD"])
    func othersAtTLSPort(security: LDAPSettings.Security, name: String) async throws {
      var settings = try Servers.settings(name)
      settings.security = security
      if security == .sealed {
        // The Kerberos service of slapd is in ACME's realm.
        settings.bind = .gssapi(
          keytab: try Servers.value("ACME_KEYTAB"), principal: try Servers.value("ACME_PRINCIPAL"))
      }
      let words = try await message(settings, domain: name)
      #expect(
        words.contains("speaks TLS at once, which 'security: \(security.rawValue)' does not"),
        "\(words)")
      #expect(words.contains("use 'security: ldaps' with this port"))
    }

    @Test("A certificate for another name: its names and addresses, and nothing about trust")
    func otherName() async throws {
      var settings = try Servers.settings("SLAPD")
      settings.port = try Servers.number("WRONG_NAME_TLS_PORT")
      let words = try await message(settings, domain: "BIG")
      #expect(
        words
          == "the certificate of slapd.acme.example:\(try #require(settings.port)) "
          + "('CN=other.acme.example') is refused: it is for other.acme.example, localhost, "
          + "127.0.0.5, not for 'slapd.acme.example'; put the name that it is for in 'hosts'")
    }

    @Test("Another name and an authority that is not trusted are both said")
    func otherNameUntrusted() async throws {
      var settings = try Servers.settings("SLAPD")
      settings.port = try Servers.number("WRONG_NAME_TLS_PORT")
      settings.caCertificate = try Servers.value("OTHER_CA")
      let words = try await message(settings, domain: "BIG")
      #expect(words.contains("its issuer 'CN=tenantctl test CA' is not trusted"))
      #expect(words.contains("it is for other.acme.example, localhost, 127.0.0.5, not for"))
    }

    @Test("localhost, which libldap refuses in a right certificate, is not called untrusted")
    func localhost() async throws {
      let relay = try Relay(
        on: "127.0.0.1",
        to: [
          .init(
            address: try Servers.value("SLAPD_ADDRESS"),
            port: try Servers.number("WRONG_NAME_TLS_PORT"))
        ])
      var settings = try Servers.settings("SLAPD")
      settings.hosts = .listed(["localhost"])
      settings.port = relay.port
      let words = try await message(settings, domain: "BIG")
      #expect(words.contains("libldap takes it for other.acme.example, localhost"), "\(words)")
      #expect(!words.contains("trusted"))
    }

    @Test("A host that is silent in the handshake is given up, and the next one is read")
    func silentHost() async throws {
      let address = try Servers.value("ACME_ADDRESS")
      let good = try Relay(on: address, to: [.init(address: address, port: 636)])
      let silent = try Relay(on: "127.0.0.9", to: [], port: good.port)
      var settings = try Servers.settings()
      settings.hosts = .listed(["127.0.0.9", try Servers.value("ACME_HOST")])
      settings.port = good.port
      settings.timeout = .seconds(3)
      settings.organizationalUnits = ["OU=Outside"]
      let all = try await Gathered.reading(Servers.reader(settings))
      #expect(all.logins.count == (try Servers.number("ACME_USERS_OUTSIDE")))
      #expect(silent.connections > 0)
    }
  }
}
