import Administration
import Logging
import OperatingSystem
import TenantCore
import Testing

@testable import ActiveDirectory
@testable import Authorization

/// Signs people in to a tenant with real directories.
private struct RealSignIn {
  static let review = "CN=AD Review,OU=Groups,DC=acme,DC=example"

  var directories: [Directory]
  var groups = [review]

  init(_ names: String...) throws {
    directories = try names.map { try Servers.reader(Servers.settings($0), domain: $0).directory }
  }

  /// Directories of any settings, by their domains.
  init(_ settings: [(domain: String, settings: LDAPSettings)]) {
    directories = settings.map { Servers.reader($0.settings, domain: $0.domain).directory }
  }

  func callAsFunction(_ login: String, password: String? = nil) async throws -> DirectoryPerson? {
    let typed = try #require(Password(password ?? Servers.value("PASSWORD")))
    let tenant = Tenant(name: "acme", directories: directories)
    let attempt = try #require(SignInAttempt(tenant, login: login, password: typed))
    return try await ActiveDirectorySignIn(
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ).person(of: attempt, groups: groups)
  }
}

extension RealServers {
  @Suite("SignIn: a real directory's password lets in whom it belongs to", .timeLimit(.minutes(10)))
  struct SignInTests {
    @Test(
      "A3: login, DOMAIN\\login, DNS name and principal's name, in any case",
      arguments: [
        "reviewer1", "REVIEWER1", "ACME\\reviewer1", "acme\\Reviewer1", "acme.example\\reviewer1",
        "reviewer1@acme.example", "Reviewer1@ACME.example",
      ])
    func accepted(login: String) async throws {
      var person = try #require(try await RealSignIn("ACME")(login))
      #expect(person.guid != nil)
      person.guid = nil
      #expect(
        person
          == DirectoryPerson(domain: "ACME", login: "reviewer1", groups: [RealSignIn.review]))
    }

    @Test("A wrong password, and somebody else's login, are nobody")
    func refused() async throws {
      let signIn = try RealSignIn("ACME")
      #expect(try await signIn("reviewer2", password: "wrong") == nil)
      #expect(try await signIn("reviewer2", password: Servers.value("ADMIN_PASSWORD")) == nil)
      #expect(try await signIn("reviewer2") != nil)
    }

    @Test(
      "Nobody is found by what is no login",
      arguments: [
        "nobody-of-that-name", "nobody@acme.example", "PARTNER\\reviewer1", "*", "reviewer*",
        "*)(objectClass=*", "reviewer1)(|(cn=*", "reviewer1\0", "CN=reviewer1,OU=Staff", "\\", "@",
        "ACME\\", "ACME\\CN=reviewer1,OU=Staff,DC=acme,DC=example", "WS01$", "reviewer1@",
      ])
    func nobody(login: String) async throws {
      #expect(try await RealSignIn("ACME")(login) == nil)
    }

    @Test(
      "Who may not sign in to the domain is nobody, with the right password too",
      arguments: [
        "svc-disabled", "svc-must-change", "svc-old-password", "svc-account-expired", "svc-locked",
      ])
    func barred(login: String) async throws {
      #expect(try await RealSignIn("ACME")(login) == nil)
    }

    @Test(
      "Groups within groups count; who is in none is a person without groups",
      arguments: [("reviewer2", 1), ("leader1", 1), ("deputy1", 1), ("reviewer3", 0)])
    func nested(login: String, count: Int) async throws {
      let person = try #require(try await RealSignIn("ACME")(login))
      #expect(person.groups.count == count)
    }

    @Test("The primary group counts, which no list of members names; a missing one is passed over")
    func primaryGroup() async throws {
      var signIn = try RealSignIn("ACME")
      let (primary, builtin) = (
        "CN=Domain Users,CN=Users,DC=acme,DC=example", "CN=Users,CN=Builtin,DC=acme,DC=example"
      )
      signIn.groups = [primary, builtin, "CN=Nothing,OU=Groups,DC=acme,DC=example", "CN=x"]
      #expect(try await signIn("reviewer3")?.groups == [primary, builtin])
    }

    @Test("A login of two domains is nobody's until its domain is written")
    func twoDomains() async throws {
      var signIn = try RealSignIn("ACME", "PARTNER")
      let group = "CN=Partner Review,OU=People,DC=partner,DC=example"
      let builtin = "CN=Users,CN=Builtin,DC=partner,DC=example"
      signIn.groups = [RealSignIn.review, group, builtin]
      #expect(try await signIn("shared1") == nil)
      #expect(try await signIn("ACME\\shared1")?.groups == [])
      #expect(try await signIn("partner.example\\shared1")?.groups == [group, builtin])
      #expect(try await signIn("shared1@partner.example")?.domain == "PARTNER")
      #expect(try await signIn("reviewer1")?.groups == [RealSignIn.review])
    }

    @Test("A person and a group may lie in different directories of the tenant")
    func twoDirectories() async throws {
      var (people, groups) = (try Servers.settings(), try Servers.settings())
      people.rootDN = "OU=Sign-In,\(people.rootDN)"
      groups.rootDN = "OU=Groups,\(groups.rootDN)"
      let signIn = RealSignIn([("ACME", people), ("GROUPS", groups)])
      #expect(try await signIn("deputy1")?.groups == [RealSignIn.review])
      #expect(try await signIn("reviewer1") == nil)
    }

    @Test("Each wrong password counts once at the server, with however many hosts")
    func badPasswordCount() async throws {
      var settings = try Servers.settings()
      settings.hosts = .listed(
        ["127.0.0.9", try Servers.value("ACME_HOST"), try Servers.value("ACME_ADDRESS")])
      let signIn = RealSignIn([("ACME", settings)])
      let before = try badPasswords(of: "wrong1")
      for (tries, login) in ["wrong1", "ACME\\wrong1", "w.rong@mail.example"].enumerated() {
        #expect(try await signIn(login, password: "wrong-\(tries)") == nil)
        #expect(try badPasswords(of: "wrong1") == before + tries + 1)
      }
      #expect(try await signIn("shared2", password: "wrong") == nil)
      #expect(try badPasswords(of: "wrong1") == before + 3)
      #expect(try await signIn("wrong1")?.login == "wrong1")
    }

    private func badPasswords(of login: String) throws -> Int {
      var settings = try Servers.settings()
      settings.bind = .simple(
        user: try Servers.value("ACME_ADMIN"),
        password: .environment(name: "TENANTCTL_TEST_ADMIN_PASSWORD"))
      let link = DirectoryLink(Servers.reader(settings), Cancellation())
      var decoder = ValuesDecoder(of: "badPwdCount")
      let request = SearchRequest(
        base: settings.rootDN, filter: "(sAMAccountName=\(login))", attributes: ["badPwdCount"])
      try link.ask { _ = try $0.search(request).visitEntries(&decoder) }
      return decoder.values.first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    @Test("StartTLS, and Kerberos for the account that reads, let in whom ldaps lets in")
    func otherWays() async throws {
      var settings = try Servers.settings()
      settings.security = .starttls
      settings.port = try Servers.number("ACME_PORT")
      settings.bind = .gssapi(
        keytab: try Servers.value("ACME_KEYTAB"), principal: try Servers.value("ACME_PRINCIPAL"))
      #expect(try await RealSignIn([("ACME", settings)])("deputy1")?.groups.count == 1)
      #expect(try await RealSignIn([("ACME", settings)])("deputy1", password: "wrong") == nil)
    }

    @Test("A directory that is not trusted, or does not let the tenant's account in, is an error")
    func errors() async throws {
      var untrusted = try Servers.settings()
      untrusted.caCertificate = try Servers.value("OTHER_CA")
      var locked = try Servers.settings()
      locked.bind = .simple(user: "ACME\\svc-locked", password: Servers.password)
      var elsewhere = try Servers.settings()
      elsewhere.rootDN = "DC=partner,DC=example"
      for settings in [untrusted, locked, elsewhere] {
        await #expect(throws: PasswordNotSent.self) {
          try await RealSignIn([("ACME", settings)])("reviewer1")
        }
      }
    }

    @Test("Twenty at once are all answered")
    func crowd() async throws {
      let signIn = try RealSignIn("ACME")
      let groups = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<20 { group.addTask { try await signIn("deputy1")?.groups.count ?? 0 } }
        return try await group.reduce(0, +)
      }
      #expect(groups == 20)
    }

    @Test("A server that is no Active Directory is asked for the members of the group")
    func openLDAP() async throws {
      var signIn = RealSignIn([("BIG", try Servers.settings("SLAPD"))])
      let (review, team) = (
        "CN=AD Review,OU=Groups,DC=big,DC=example", "CN=Team,OU=Groups,DC=big,DC=example"
      )
      signIn.groups = [review, team, "CN=None,OU=Groups,DC=big,DC=example"]
      #expect(try await signIn("big000001")?.groups == [review])
      #expect(try await signIn("big\\BIG000002")?.groups == [team])
      #expect(try await signIn("big000003@big.example")?.groups == [])
      #expect(try await signIn("big000001", password: "wrong") == nil)
      #expect(try await signIn("big000004") == nil)
      #expect(try await signIn("big00000*") == nil)
    }
  }
}
