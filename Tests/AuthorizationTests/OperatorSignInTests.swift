import Synchronization
import TenantCore
import Testing

@testable import Authorization

@Suite("An operator signs in once, for all tenants that name one (A3, A5)", .timeLimit(.minutes(5)))
struct OperatorSignInTests {
  private typealias Base = AuthenticatorTests

  private let credentials = Base.Credentials()
  private let both = Set(Permission.neededForEveryAction)

  private func policy(_ assignees: AccessPolicy.Assignee...) -> AccessPolicy {
    AccessPolicy(
      roles: ["admin": both], assignments: assignees.map { .init($0, roles: ["admin"]) })
  }

  private func authenticator(mark: [UInt8]? = [1]) -> Authenticator {
    var operators = Base.Operators(credentials: credentials)
    operators.mark = mark
    return Authenticator(
      directories: Base.Directories(), credentials: credentials, operators: operators)
  }

  private func signIn(
    _ name: String, _ policies: [AccessPolicy], password: String = "correct horse"
  ) async throws -> SignedIn? {
    try await authenticator().signIn(
      operator: name, policies: policies, password: try #require(Password(password)))
  }

  @Test("is let in as operator:olga, and has in each tenant what its file says")
  func roles() async throws {
    let naming = policy(.operator("olga"))
    let olga = try #require(try await signIn("olga", [policy(), naming])).actor
    #expect(olga.userName == "operator:olga" && olga.userID == nil)
    for tenant in ["acme", "globex"] {
      #expect(naming.permissions(of: olga, in: tenant, fileOwner: 0) == both)
      for other in [
        policy(.localUser("olga")), policy(.osUser("olga")), policy(.osUser("operator:olga")),
        policy(.osGroup("olga")), policy(.fileOwner), policy(.operator("Olga")), policy(),
      ] { #expect(other.permissions(of: olga, in: tenant, fileOwner: 0) == nil) }
    }
  }

  @Test("whom no file names is nobody, at the cost of a wrong password (A5)")
  func notNamed() async throws {
    #expect(
      try await signIn("olga", [policy(.localUser("olga")), policy(.operator("otto"))]) == nil)
    #expect(try await signIn("olga", []) == nil)
    #expect(credentials.asked.withLock { $0 } == (local: 0, pretended: 2))
  }

  @Test("a wrong password, a name that is none and one beyond 256 bytes are nobody")
  func wrong() async throws {
    let long = String(repeating: "o", count: 257)
    for (name, password) in [
      ("olga", "wrong horse 1"), ("otto", "correct horse"), (long, "correct horse"),
      ("", "correct horse"),
    ] {
      let all = [policy(.operator("olga"), .operator("otto"), .operator(long), .operator(""))]
      #expect(try await signIn(name, all, password: password) == nil)
    }
  }

  @Test("may come until the operator is removed or the password is another one")
  func checked() async throws {
    let olga = try #require(try await signIn("olga", [policy(.operator("olga"))]))
    #expect(try await authenticator().checkOperator(olga) == olga)
    #expect(try await authenticator(mark: [2]).checkOperator(olga) == nil)
    #expect(try await authenticator(mark: nil).checkOperator(olga) == nil)
  }

  @Test("nobody of a tenant passes for an operator")
  func localUser() async throws {
    let maria = SignedIn(localUser: "olga", of: "acme", passwordMark: [1])
    #expect(try await authenticator().checkOperator(maria) == nil)
    #expect(policy(.operator("olga")).permissions(of: maria.actor, in: "acme", fileOwner: 0) == nil)
  }

  @Test("a token's actor is named by operator and token; a tenant's token stays the tenant's")
  func tokens() async throws {
    let now = Timestamp(secondsSince1970: 99)
    for tenants in [[], ["acme"]] {
      let actor = try await authenticator().actor(
        withToken: "tct_operator", ofAnyOf: tenants, at: now)
      #expect(actor?.userName == "operator:olga (token:weekly)")
      #expect(actor?.identity == .operator(name: "olga"))
    }
    let own = try await authenticator().actor(
      withToken: "tct_secret", ofAnyOf: ["globex", "acme"], at: now)
    #expect(own?.identity == .token(tenant: "acme", roles: ["admin", "gone"]))
    #expect(
      try await authenticator().actor(withToken: "tct_secret", ofAnyOf: ["globex"], at: now) == nil)
    let later = Timestamp(secondsSince1970: 100)
    #expect(
      try await authenticator().actor(withToken: "tct_operator", of: "acme", at: later) == nil)
  }
}

@Suite("Who may say by what an operator signs in (A1, A5)", .timeLimit(.minutes(5)))
struct OperatorPermitTests {
  private let both = Set(Permission.neededForEveryAction)
  private let audit = AuthorizerTests.Audit()

  /// A tenant in which `alice` has some permissions.
  private func tenant(
    _ name: String, alice held: Set<Permission>?, operators: [String] = []
  ) -> GuardedTenant {
    let own = held.map { _ in [AccessPolicy.Assignment(.osUser("alice"), roles: ["own"])] } ?? []
    let policy = AccessPolicy(
      roles: ["own": held ?? [], "admin": both],
      assignments: own + operators.map { .init(.operator($0), roles: ["admin"]) })
    return GuardedTenant(tenant: Tenant(name: name), policy: policy, fileOwner: 0)
  }

  private func permit(_ tenants: GuardedTenant...) throws -> OperatorPermit {
    let alice = Actor(userName: "alice", identity: .account(userID: 1000, groups: []))
    return try Authorizer(actor: alice, audit: audit)
      .permit(operator: "olga", tenants: tenants, action: "access add")
  }

  @Test("whoever has both permissions in every tenant that names the operator, and no other")
  func naming() throws {
    let free = tenant("free", alice: nil, operators: ["otto"])
    let permit = try self.permit(
      tenant("a", alice: both, operators: ["olga"]), tenant("b", alice: both, operators: ["olga"]),
      free)
    #expect(permit.name == "olga" && permit.actor.userName == "alice")
    for held in [nil, [], [.administerTenant], [.administerActiveDirectoryAuthentication]]
      as [Set<Permission>?]
    {
      let refused = #expect(throws: PermissionRefused.self) {
        _ = try self.permit(
          tenant("a", alice: both, operators: ["olga"]),
          tenant("secret-one", alice: held, operators: ["olga"]))
      }
      #expect(refused?.description.contains("secret-one") == false)
    }
    #expect(audit.records.withLock { $0.map(\.tenant) } == ["*", "*", "*", "*"])
  }

  @Test("while none names the operator, whoever may administer some tenant")
  func notNamed() throws {
    _ = try permit(tenant("a", alice: nil), tenant("b", alice: both))
    #expect(throws: PermissionRefused.self) { _ = try permit(tenant("a", alice: nil)) }
    #expect(throws: PermissionRefused.self) { _ = try permit() }
  }
}
