import Administration
import Foundation
import Harness
import TenantCore
import Testing

extension RealServers {
  /// The program against a real Active Directory, from the first connection to a deleted account.
  @Suite("tenantctl against a real Active Directory", .timeLimit(.minutes(10)))
  struct ProductTests {
    /// The tenant `acme` on the live domain ACME, restricted to two organizational units.
    private func installation() throws -> RunTenantctl {
      try .withLiveTenant(
        units: #"[OU=Staff, "OU=Agents,OU=US"]"#,
        [
          #"    exclude: { organizationalUnits: ["OU=Service Accounts,OU=Staff"] }"#,
          "matching:", "  matcher: composite",
          "  strategies: [{ matcher: login }, "
            + "{ matcher: smtp, options: { proxyAddresses: true } }]",
        ])
    }

    private func importUsers(_ tenantctl: RunTenantctl) async throws {
      var users = "userName,windowsLogin,email\n"
      for number in 1...2600 {
        let login = "user" + String(format: "%05d", number)
        users +=
          number.isMultiple(of: 2)
          ? "\(login),ACME\\\(login),\n" : "\(login),,\(login)@acme.example\n"
      }
      try tenantctl.folder.write(users, to: "users.csv")
      try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
    }

    @Test("R1 to R7, U1, U2: connect, sync, review, explain, export, unlink, sync again")
    func review() async throws {
      let tenantctl = try installation()
      try await importUsers(tenantctl)
      let total = try Servers.number("ACME_USERS_STAFF") + Servers.number("ACME_USERS_AGENTS")
      let steps = try await tenantctl.done("test-connection", "acme")
      for word in ["resolve", "connect", "TLS", "bind", "OU=Staff"] {
        #expect(steps.contains(word))
      }
      let sync = try await tenantctl.done("sync", "acme", "--log-level", "debug")
      #expect(sync.contains("run 1: \(total) AD users"))

      let all = try await tenantctl.review("acme")
      #expect(all.users.count == total)
      let staff = all.users.filter { $0.distinguishedName.contains("OU=Staff") }
      #expect(staff.filter { $0.status == "Matched" }.count == 1560)
      #expect(all.rows["svc-review"]?.state == "excluded")
      #expect(all.rows["disabled1"]?.enabled == false)
      let open = try await tenantctl.done("review", "acme", "--filter", "not-matched")
      #expect(open.contains("disabled1"))
      #expect(!open.contains("user00002"))
      #expect(try await tenantctl.done("explain", "acme", "disabled1").contains("is Not Matched"))

      let csv = try await tenantctl.done("export", "acme", "--format", "csv")
        .components(separatedBy: "\r\n")
      #expect(csv.first == "Active Directory Login,SMTP Address,Status")
      #expect(csv.count == total + 2)

      try await tenantctl.done("unlink", "acme", "user00002")
      try await tenantctl.done("sync", "acme")
      #expect(try await tenantctl.review("acme").rows["user00002"]?.state == "released")
    }

    @Test("the debug log has each search as an ldapsearch line, without the password")
    func searchLog() async throws {
      let tenantctl = try installation()
      let answer = try await tenantctl("sync", "acme", "--log-level", "debug")
      #expect(answer.code == 0)
      #expect(answer.errors.contains("ldapsearch "))
      #expect(answer.errors.contains("OU=Staff"))
      #expect(!answer.errors.contains(try Servers.value("PASSWORD")))
    }

    @Test("S1, S2, S5, M15: rename, disable, move, delete and re-create between runs")
    func changes() async throws {
      let tenantctl = try installation()
      let (base, unit) = (try Servers.value("ACME_BASE"), "OU=Agents,OU=US")
      func person(_ login: String) -> String {
        """
        dn: CN=\(login),\(unit),\(base)
        changetype: add
        objectClass: user
        sAMAccountName: \(login)
        givenName: Gil
        sn: Before
        mail: \(login)@acme.example
        userAccountControl: 544


        """
      }
      let logins = ["pt-rename", "pt-disable", "pt-move", "pt-delete", "pt-again"]
      try Servers.change(logins.map(person).joined())
      defer { removeAll(logins + ["pt-renamed"], base: base, unit: unit) }
      try tenantctl.folder.write(
        "userName,windowsLogin\n" + logins.map { "\($0),ACME\\\($0)\n" }.joined(), to: "users.csv")
      try await tenantctl.done("users", "import", "acme", tenantctl.folder.path("users.csv"))
      try await tenantctl.done("sync", "acme")
      let deleted = try await tenantctl.done("users", "show", "acme", "pt-delete")

      try Servers.change(
        """
        dn: CN=pt-rename,\(unit),\(base)
        changetype: modify
        replace: sAMAccountName
        sAMAccountName: pt-renamed
        -
        replace: sn
        sn: After

        dn: CN=pt-disable,\(unit),\(base)
        changetype: modify
        replace: userAccountControl
        userAccountControl: 546

        dn: CN=pt-move,\(unit),\(base)
        changetype: modrdn
        newrdn: CN=pt-move
        deleteoldrdn: 1
        newsuperior: OU=Outside,\(base)

        dn: CN=pt-delete,\(unit),\(base)
        changetype: delete

        dn: CN=pt-again,\(unit),\(base)
        changetype: delete


        """ + person("pt-again"))
      try await tenantctl.done("sync", "acme")
      let after = try await tenantctl.review("acme")
      #expect(after.rows["pt-renamed"]?.userName == "pt-rename")
      let renamed = try await tenantctl.done("users", "show", "acme", "pt-rename")
      #expect(renamed.contains("ACME\\pt-renamed (locked") && renamed.contains("After"))
      #expect(after.rows["pt-disable"]?.status == "Matched")
      #expect(after.rows["pt-disable"]?.enabled == false)
      #expect(after.vanished["pt-move"] == "source-out-of-scope")
      #expect(after.vanished["pt-delete"] == "source-deleted")
      #expect(try await tenantctl.done("users", "show", "acme", "pt-delete") == deleted)
      #expect(after.rows["pt-again"]?.code == "recreated-account")
      try await tenantctl.done("link", "acme", "pt-again", "pt-again")
      try await tenantctl.done("sync", "acme")
      #expect(try await tenantctl.review("acme").rows["pt-again"]?.state == "linked")
    }

    private func removeAll(_ logins: [String], base: String, unit: String) {
      for login in logins {
        for place in [unit, "OU=Outside"] {
          try? Servers.change("dn: CN=\(login),\(place),\(base)\nchangetype: delete\n")
        }
      }
    }

    @Test("a wrong password is reported, and never shown")
    func wrongPassword() async throws {
      let tenantctl = try installation()
      try tenantctl.folder.write("wrong-horse", to: "tenants/password")
      let answer = try await tenantctl("sync", "acme")
      #expect(answer.code == 69)
      #expect(answer.errors.contains("password"))
      #expect(!answer.errors.contains("wrong-horse"))
    }

    @Test("a certificate of another authority is named as what is wrong, by sync too")
    func wrongAuthority() async throws {
      let tenantctl = try installation()
      try tenantctl.folder.write(
        String(contentsOfFile: try Servers.value("OTHER_CA"), encoding: .utf8), to: "tenants/ca.pem"
      )
      for command in ["sync", "test-connection"] {
        let answer = try await tenantctl(command, "acme")
        #expect(answer.code == 69)
        #expect(answer.errors.contains("certificate"))
      }
    }
  }
}
