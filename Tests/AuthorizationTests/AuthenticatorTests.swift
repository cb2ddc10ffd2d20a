import Synchronization
import TenantCore
import Testing

@testable import Authorization

@Suite("Who signs in is verified, never claimed (A3)", .timeLimit(.minutes(5)))
struct AuthenticatorTests {
  /// One local user, `maria` of acme, and one token of acme; counts what it is asked.
  final class Credentials: CredentialChecking {
    let asked = Mutex((local: 0, pretended: 0))

    func isLocalUser(_ attempt: SignInAttempt) -> Bool {
      asked.withLock { $0.local += 1 }
      return attempt.tenant.name == "acme" && attempt.login == "maria"
        && attempt.password.bytes == Array("correct horse".utf8)
    }

    /// The password of `maria`, as it was set the how-manieth time; nil once she is removed.
    let mark = Mutex<UInt8?>(1)

    func passwordMark(ofLocalUser name: String, of tenant: String) -> [UInt8]? {
      tenant == "acme" && name == "maria" ? mark.withLock { $0.map { [$0] } } : nil
    }

    func pretend(_ password: Password) { asked.withLock { $0.pretended += 1 } }

    func token(_ secret: String, of tenant: String, at moment: Timestamp) -> AccessToken? {
      let end = Timestamp(secondsSince1970: 100)
      guard secret == "tct_secret", tenant == "acme", moment < end else { return nil }
      return AccessToken(name: "nightly", roles: ["admin", "gone"], expiresAt: end)
    }
  }

  /// One operator, `olga`, with one token; and who has the token of acme.
  struct Operators: OperatorVerifying {
    let credentials: Credentials
    var mark: [UInt8]? = [1]

    func isOperator(_ attempt: OperatorSignInAttempt) -> Bool {
      attempt.name == "olga" && attempt.password.bytes == Array("correct horse".utf8)
    }

    func passwordMark(ofOperator name: String) -> [UInt8]? {
      name == "olga" ? mark : nil
    }

    func operatorToken(_ secret: String, at moment: Timestamp) -> OperatorToken? {
      let end = Timestamp(secondsSince1970: 100)
      guard secret == "tct_operator", moment < end else { return nil }
      return OperatorToken(name: "weekly", operatorName: "olga", expiresAt: end)
    }

    func tenant(ofToken secret: String, among tenants: [String], at moment: Timestamp) -> String? {
      tenants.first { credentials.token(secret, of: $0, at: moment) != nil }
    }
  }

  /// A directory with one person, in some groups of those asked for.
  struct Directories: DirectorySignIn {
    var groups: Set<String> = []

    func person(of attempt: SignInAttempt, groups asked: [String]) -> DirectoryPerson? {
      guard attempt.login == "jdoe" else { return nil }
      return DirectoryPerson(
        domain: "ACME", login: "jdoe", groups: groups.intersection(Set(asked)))
    }

    func person(
      again person: DirectoryPerson, of tenant: Tenant, groups asked: [String], at moment: Timestamp
    ) -> DirectoryPerson? {
      guard person.login == "jdoe", moment < Timestamp(secondsSince1970: 100) else { return nil }
      return DirectoryPerson(
        domain: "ACME", login: "jdoe", groups: groups.intersection(Set(asked)))
    }
  }

  let acme = Tenant(name: "acme")
  let both: Set<Permission> = [.administerTenant, .administerActiveDirectoryAuthentication]
  let group = "CN=AD Review,DC=acme,DC=example"
  let credentials = Credentials()

  private func policy(_ assignees: AccessPolicy.Assignee...) -> AccessPolicy {
    AccessPolicy(
      roles: ["admin": both], assignments: assignees.map { .init($0, roles: ["admin"]) })
  }

  private func signIn(
    _ login: String, _ tenant: Tenant?, _ policy: AccessPolicy, password: String = "correct horse",
    directories: Directories = Directories()
  ) async throws -> Actor? {
    try await signedIn(login, tenant, policy, password: password, directories: directories)?.actor
  }

  private func signedIn(
    _ login: String, _ tenant: Tenant?, _ policy: AccessPolicy, password: String = "correct horse",
    directories: Directories = Directories()
  ) async throws -> SignedIn? {
    try await Authenticator(
      directories: directories, credentials: credentials,
      operators: Operators(credentials: credentials)
    ).signIn(
      to: tenant, policy: policy, login: login, password: try #require(Password(password)))
  }

  private func check(
    _ signedIn: SignedIn, _ policy: AccessPolicy, at second: Int64 = 1,
    directories: Directories = Directories()
  ) async throws -> SignedIn? {
    try await Authenticator(
      directories: directories, credentials: credentials,
      operators: Operators(credentials: credentials)
    ).check(
      signedIn, of: acme, policy: policy, at: Timestamp(secondsSince1970: second))
  }

  @Test("a local user may come until the user is removed or the password is another one")
  func checkedLocalUser() async throws {
    let policy = policy(.localUser("maria"))
    let maria = try #require(try await signedIn("maria", acme, policy))
    #expect(try await check(maria, policy) == maria)
    credentials.mark.withLock { $0 = 2 }
    #expect(try await check(maria, policy) == nil)
    credentials.mark.withLock { $0 = nil }
    #expect(try await check(maria, policy) == nil)
  }

  @Test("a person of the directory may come as long as it says so, with the groups of today")
  func checkedPerson() async throws {
    let (one, other) = (group, "CN=Other,DC=acme,DC=example")
    let policy = policy(.directoryGroup(one), .directoryGroup(other))
    let both = Directories(groups: [one, other])
    let jdoe = try #require(try await signedIn("jdoe", acme, policy, directories: both))
    #expect(try await check(jdoe, policy, directories: both) == jdoe)
    let now = try await check(jdoe, policy, directories: Directories(groups: [other]))
    #expect(now?.actor.identity == .directoryUser(tenant: "acme", groups: [other]))
    #expect(try await check(jdoe, policy, at: 100, directories: both) == nil)
    #expect(try await check(jdoe, policy) == nil)
    #expect(try await check(jdoe, self.policy(), directories: both) == nil)
  }

  @Test("groups that the tenant file names since are asked for at once")
  func otherGroups() async throws {
    let policy = policy(.directoryGroup(group))
    let directories = Directories(groups: [group])
    let jdoe = try #require(try await signedIn("jdoe", acme, policy, directories: directories))
    #expect(jdoe.knowsGroups(of: policy))
    #expect(!jdoe.knowsGroups(of: self.policy(.directoryGroup(group), .directoryGroup("CN=B"))))
    #expect(!jdoe.knowsGroups(of: self.policy()))
  }

  @Test("a local user whom the file names is let in, as local:maria, to that tenant only")
  func localUser() async throws {
    let actor = try #require(try await signIn("maria", acme, policy(.localUser("maria"))))
    #expect(actor.userName == "local:maria")
    #expect(actor.userID == nil)
    let policy = policy(.localUser("maria"))
    #expect(policy.roleNames(of: actor, in: "acme", fileOwner: 0) == ["admin"])
    #expect(policy.permissions(of: actor, in: "globex", fileOwner: 0) == nil)
    #expect(
      try await signIn("maria", acme, policy, password: "wrong horse 1") == nil)
  }

  @Test("a tenant that is not there costs as much as a wrong password (A5)")
  func unknownTenant() async throws {
    #expect(try await signIn("maria", nil, policy(.localUser("maria"))) == nil)
    #expect(credentials.asked.withLock { $0 } == (local: 0, pretended: 1))
  }

  @Test("a local user whom no assignment names is nobody, at the same cost (A5)")
  func unassigned() async throws {
    #expect(try await signIn("maria", acme, policy(.localUser("eva"))) == nil)
    #expect(credentials.asked.withLock { $0 } == (local: 0, pretended: 1))
  }

  @Test("a tenant's own sign-in knows no operators, even those whom its file names")
  func operatorAtTenant() async throws {
    #expect(try await signIn("olga", acme, policy(.operator("olga"))) == nil)
  }

  @Test("an empty password, one with a zero byte and one beyond 1,024 bytes are none")
  func passwords() {
    #expect(Password("") == nil)
    #expect(Password("correct\0horse") == nil)
    #expect(Password(String(repeating: "x", count: 1025)) == nil)
    #expect(Password(String(repeating: "x", count: 1024)) != nil)
  }

  @Test("a password shows in no text and no dump")
  func hidden() throws {
    let password = try #require(Password("correct horse"))
    var text = "\(password) \(String(reflecting: password))"
    dump(password, to: &text)
    #expect(!text.contains("horse"))
    #expect(!text.contains("\(password.bytes)"))
  }

  @Test("a login that is empty or beyond 256 bytes asks no directory", arguments: [0, 257])
  func longLogin(length: Int) async throws {
    let login = String(repeating: "j", count: length)
    #expect(try await signIn(login, acme, policy(.directoryGroup(group))) == nil)
    #expect(credentials.asked.withLock { $0 } == (local: 0, pretended: 1))
  }

  @Test("a person of the directory has the roles of the groups that the file names")
  func person() async throws {
    let policy = policy(.directoryGroup(group))
    let directories = Directories(groups: [group, "CN=Other"])
    let actor = try #require(try await signIn("jdoe", acme, policy, directories: directories))
    #expect(actor.userName == "ACME\\jdoe")
    #expect(policy.permissions(of: actor, in: "acme", fileOwner: 0) == both)
    #expect(policy.permissions(of: actor, in: "globex", fileOwner: 0) == nil)
  }

  @Test("a person in none of those groups is nobody (A5)")
  func personWithoutGroups() async throws {
    let policy = policy(.directoryGroup(group))
    #expect(try await signIn("jdoe", acme, policy) == nil)
    let others = Directories(groups: ["CN=Other"])
    #expect(try await signIn("jdoe", acme, policy, directories: others) == nil)
  }

  @Test("an actor of the page is not the operating system's user of the same name")
  func noMixing() async throws {
    let local = try #require(try await signIn("maria", acme, policy(.localUser("maria"))))
    for assignee in [AccessPolicy.Assignee.osUser("maria"), .osGroup("maria"), .fileOwner] {
      #expect(policy(assignee).permissions(of: local, in: "acme", fileOwner: 0) == nil)
    }
  }

  private func token(_ secret: String, _ tenant: String, at second: Int64) async throws -> Actor? {
    try await Authenticator(
      directories: Directories(), credentials: credentials,
      operators: Operators(credentials: credentials)
    )
    .actor(
      withToken: secret, of: tenant, at: Timestamp(secondsSince1970: second))
  }

  @Test("a token is of one tenant, and ends")
  func tokens() async throws {
    let actor = try #require(try await token("tct_secret", "acme", at: 99))
    #expect(actor.userName == "token:nightly")
    #expect(policy().permissions(of: actor, in: "acme", fileOwner: 0) == both)
    #expect(policy().permissions(of: actor, in: "globex", fileOwner: 0) == nil)
    #expect(try await token("tct_secret", "globex", at: 99) == nil)
    #expect(try await token("tct_secret", "acme", at: 100) == nil)
    #expect(try await token("tct_other", "acme", at: 99) == nil)
  }

  @Test("roles that the file no longer has grant nothing; without any other it is nobody (A5)")
  func goneRoles() async throws {
    let actor = try #require(try await token("tct_secret", "acme", at: 1))
    let policy = AccessPolicy(roles: ["other": both])
    #expect(policy.roleNames(of: actor, in: "acme", fileOwner: 0) == [])
    #expect(policy.permissions(of: actor, in: "acme", fileOwner: 0) == nil)
  }
}
