import Administration
import Authorization
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite("test-connection goes through every step", .timeLimit(.minutes(10)))
  struct ConnectionTestTests {
    @Test("Each host is resolved, connected, verified, signed in to, and each unit counted")
    func whole() async throws {
      var settings = try Servers.settings()
      settings.organizationalUnits = ["OU=Staff", "OU=Nowhere"]
      let steps = await Servers.reader(settings).testConnection()
      #expect(steps.map(\.name) == [.resolve, .connect, .tls, .bind, .search, .search])
      #expect(steps.map(\.succeeded) == [true, true, true, true, true, false])
      #expect(steps[0].message == (try Servers.value("ACME_ADDRESS")))
      #expect(steps[2].message.contains("CN=dc1.acme.example"))
      #expect(steps[4].message == "\(try Servers.number("ACME_USERS_STAFF")) users")
      #expect(steps[5].message.contains("OU=Nowhere"))
    }

    @Test("What follows a failed step of a host is left out, the next host is tried")
    func failing() async throws {
      var settings = try Servers.settings()
      settings.hosts = .listed(["127.0.0.9", try Servers.value("ACME_HOST")])
      settings.caCertificate = try Servers.value("OTHER_CA")
      let steps = await Servers.reader(settings).testConnection()
      #expect(steps.map(\.name) == [.resolve, .connect, .resolve, .connect, .tls])
      #expect(steps.map(\.succeeded) == [true, false, true, true, false])
      #expect(steps[4].message.contains("certificate"))
    }
  }
}
