import Administration
import Foundation
import Harness
import TenantCore
import Testing

@testable import ActiveDirectory

extension RealServers {
  @Suite("Errors of Kerberos are put into words, with what to do", .timeLimit(.minutes(10)))
  struct KerberosErrorTests {
    private func error(
      keytab data: Data?, principal: String?, hosts: [String]? = nil,
      timeout: Duration = .seconds(20)
    ) async throws -> String {
      let folder = try TemporaryFolder()
      let path = folder.path("keytab")
      try data?.write(to: URL(fileURLWithPath: path))
      try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      var settings = try Servers.settings()
      settings.security = .sealed
      settings.port = try Servers.number("ACME_PORT")
      settings.timeout = timeout
      if let hosts { settings.hosts = .listed(hosts) }
      settings.bind = .gssapi(keytab: data == nil ? nil : path, principal: principal)
      let error = try #require(await failure(of: Servers.reader(settings)))
      #expect(error.code == .unavailable)
      return error.message
    }

    @Test(
      "The account's side: an unknown one, another key, an unknown realm, no KDC",
      arguments: [
        ("nobody-at-all@ACME.EXAMPLE", "the domain knows no such principal"),
        ("reviewer3@ACME.EXAMPLE", "its password was changed since the keytab was made"),
        ("svc@NOWHERE.EXAMPLE", "no domain controller of the realm is known"),
        ("svc@SILENT.EXAMPLE", "no domain controller of the realm answers at port 88"),
      ])
    func accounts(principal: String, words: String) async throws {
      let message = try await error(keytab: KeytabFile.data(principal), principal: nil)
      #expect(message.contains("Kerberos refuses to sign in '\(principal)' with keytab"))
      #expect(message.contains(words), "\(message)")
    }

    @Test("The account's side: a disabled one, with its own key")
    func disabled() async throws {
      let keytab = try Data(contentsOf: URL(fileURLWithPath: try Servers.value("DISABLED_KEYTAB")))
      let message = try await error(keytab: keytab, principal: "svc-disabled")
      #expect(message.contains("the account is disabled, locked or has expired"), "\(message)")
    }

    @Test("A refused key is tried at one host only, since each try counts for a lockout")
    func oneTry() async throws {
      let host = try Servers.value("ACME_HOST")
      let message = try await error(
        keytab: KeytabFile.data("reviewer3@ACME.EXAMPLE"), principal: nil,
        hosts: [host, "no-such-host.invalid"])
      #expect(!message.contains("no-such-host.invalid"), "\(message)")
    }

    @Test("What a domain controller says of clocks, passwords, accounts and keys")
    func scripted() async throws {
      let answers: [(UInt8, String)] = [
        (37, "the clocks of this machine and of the domain differ by more than five minutes"),
        (23, "the account's password has expired"), (1, "the account has expired"),
        (18, "the account is disabled, locked or has expired"),
        (14, "the domain accepts no key of the keytab's types"),
        (68, "the account is of another realm"),
        (44, "the server has no key of the version that the domain uses"),
      ]
      let kdc = try ScriptedKDC()
      let principal = "svc@\(ScriptedKDC.realm)"
      for (code, words) in answers {
        kdc.answer(with: code)
        let message = try await error(keytab: KeytabFile.data(principal), principal: principal)
        #expect(message.contains(words), "\(message)")
      }
    }

    @Test("A domain controller that is silent is given up after the timeout")
    func silent() async throws {
      let principal = "svc@MUTE.EXAMPLE"
      let listener = try Relay(on: "127.0.0.9", to: [], port: 1089)
      let message = try await error(
        keytab: KeytabFile.data(principal), principal: principal, timeout: .seconds(1))
      #expect(message.contains("no domain controller gave a Kerberos ticket"), "\(message)")
      #expect(message.contains("within 1 s"))
      #expect(listener.connections > 0)
    }

    @Test("The keytab's side: another principal's, none at all, empty, missing, too open")
    func keytabs() async throws {
      let other = try await error(
        keytab: KeytabFile.data("a@ACME.EXAMPLE"), principal: "svc-review")
      #expect(other.contains("has keys of a@ACME.EXAMPLE only, not of 'svc-review'"), "\(other)")
      for bytes in [Data("no keytab".utf8), Data()] {
        let message = try await error(keytab: bytes, principal: nil)
        #expect(message.contains("cannot be used"), "\(message)")
      }
    }

    @Test("The server's side: an address or an alias is no name of a Kerberos service")
    func services() async throws {
      let keytab = try Data(contentsOf: URL(fileURLWithPath: try Servers.value("ACME_KEYTAB")))
      for host in [try Servers.value("ACME_ADDRESS"), try Servers.value("ACME_TWO_ADDRESSES")] {
        let message = try await error(keytab: keytab, principal: "svc-review", hosts: [host])
        #expect(message.contains("Kerberos gives no ticket for 'ldap/\(host)"), "\(message)")
        #expect(message.contains("put the server's full name into 'hosts'"), "\(message)")
      }
    }

    @Test("Without a keytab and without a ticket, both are named as what may help")
    func noTicket() async throws {
      let missing = try await error(keytab: nil, principal: "nobody-at-all@ACME.EXAMPLE")
      #expect(missing.contains("'nobody-at-all@ACME.EXAMPLE'"), "\(missing)")
      #expect(missing.contains("get one with kinit, or configure a keytab"), "\(missing)")
    }

    @Test(
      "Every known error has its number's own words in the library, and a remedy",
      arguments: KerberosDiagnosis.known.map(\.code))
    func table(code: Int) throws {
      let known = try #require(KerberosDiagnosis.known.first { $0.code == code })
      #expect(KerberosTickets.words(of: Int32(code)).contains(known.phrase))
      #expect(KerberosDiagnosis.reason(in: "GSSAPI Error: (\(known.phrase))") == known.words)
      #expect(known.words.contains(";"))
    }
  }
}
