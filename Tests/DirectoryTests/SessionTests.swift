import Administration
import Authorization
import Foundation
import Harness
import Logging
import Synchronization
import TenantCore
import TenantStore
import Testing

@testable import ActiveDirectory
@testable import TenantService

/// A clock that a test moves, and the time of day.
private final class MovedClock: Sendable {
  private let now = Mutex(Duration.zero)

  var clock: ServiceClock {
    ServiceClock(
      elapsed: { self.now.withLock { $0 } }, date: { Timestamp.now() }, sleep: { _ in })
  }

  func advance(by time: Duration) { now.withLock { $0 += time } }
}

/// Nobody is a local user or an operator, and nobody comes with a token.
private struct NoCredentials: CredentialChecking, OperatorVerifying {
  func isLocalUser(_ attempt: SignInAttempt) -> Bool { false }
  func passwordMark(ofLocalUser name: String, of tenant: String) -> [UInt8]? { nil }
  func pretend(_ password: Password) {}
  func isOperator(_ attempt: OperatorSignInAttempt) -> Bool { false }
  func passwordMark(ofOperator name: String) -> [UInt8]? { nil }
  func operatorToken(_ secret: String, at moment: Timestamp) -> OperatorToken? { nil }
  func tenant(ofToken secret: String, among tenants: [String], at moment: Timestamp) -> String? {
    nil
  }
  func token(_ secret: String, of tenant: String, at moment: Timestamp) -> AccessToken? { nil }
}

/// `reviewer1` in a session, on a clock that a test moves, in front of a real directory.
private struct RealSession {
  static let review = "CN=AD Review,OU=Groups,DC=acme,DC=example"
  static let person = "CN=reviewer1,OU=Staff,DC=acme,DC=example"

  let moved = MovedClock()
  let check: SessionCheck
  let token: String
  let sessions: Sessions
  let tenant: Tenant
  let policy = AccessPolicy(
    roles: ["admin": []], assignments: [.init(.directoryGroup(review), roles: ["admin"])])

  init() async throws {
    tenant = Tenant(
      name: "acme", directories: [try Servers.reader(Servers.settings()).directory])
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let authenticator = Authenticator(
      directories: ActiveDirectorySignIn(logger: logger), credentials: NoCredentials(),
      operators: NoCredentials())
    let clock = moved.clock
    let sessions = Sessions(SessionsInMemory(elapsed: { clock.elapsed() }))
    let signedIn = try await authenticator.signIn(
      to: tenant, policy: policy, login: "reviewer1",
      password: try #require(Password(try Servers.value("PASSWORD"))))
    token = try await sessions.begin(try #require(signedIn), tenant: "acme")
    self.sessions = sessions
    check = SessionCheck(
      sessions: sessions, authenticator: authenticator, clock: moved.clock, logger: logger)
  }

  func lives(isChange: Bool = false) async throws -> Bool {
    guard let session = try await sessions.session(token, of: "acme") else { return false }
    return try await check.run(session, tenant, policy, isChange: isChange) != nil
  }

  /// Changes an attribute of the person while the work is done.
  static func with(
    _ attribute: String, _ value: String, then: String, _ work: () async throws -> Void
  ) async throws {
    func change(_ value: String) throws {
      try Servers.change(
        "dn: \(person)\nchangetype: modify\nreplace: \(attribute)\n\(attribute): \(value)\n\n")
    }
    try change(value)
    do {
      try await work()
    } catch {
      try change(then)
      throw error
    }
    try change(then)
  }
}

extension RealServers {
  @Suite("A session of a directory account ends with the account (A3)", .timeLimit(.minutes(10)))
  struct SessionTests {
    @Test("a disabled account reads no longer than the interval, and changes nothing more")
    func disabled() async throws {
      let (reading, changing) = (try await RealSession(), try await RealSession())
      try await RealSession.with("userAccountControl", "66050", then: "66048") {
        let isRead = try await reading.lives()
        let isChanged = try await changing.lives(isChange: true)
        reading.moved.advance(by: SessionCheck.interval)
        let isReadLater = try await reading.lives()
        #expect((isRead, isChanged, isReadLater) == (true, false, false))
      }
      #expect(try await reading.lives() == false)
      let again = try await RealSession()
      again.moved.advance(by: SessionCheck.interval)
      #expect(try await again.lives())
    }

    @Test("an account that expires ends in the same way")
    func expired() async throws {
      let session = try await RealSession()
      try await RealSession.with("accountExpires", "133000000000000000", then: "0") {
        session.moved.advance(by: SessionCheck.interval)
        let lives = try await session.lives()
        #expect(!lives)
      }
    }

    @Test("who leaves the group that gives the role is out")
    func leavesTheGroup() async throws {
      let (reading, changing) = (try await RealSession(), try await RealSession())
      func change(_ verb: String) throws {
        try Servers.change(
          "dn: \(RealSession.review)\nchangetype: modify\n\(verb): member\n"
            + "member: \(RealSession.person)\n\n")
      }
      try change("delete")
      defer { try? change("add") }
      #expect(try await reading.lives())
      reading.moved.advance(by: SessionCheck.interval)
      #expect(try await reading.lives() == false)
      #expect(try await changing.lives(isChange: true) == false)
    }
  }

  /// The built service in front of a real Active Directory, as people use its pages.
  @Suite("tenantd signs people of a real Active Directory in", .timeLimit(.minutes(10)))
  struct SignInPageTests {
    private static let sync = "/tenants/acme/active-directory-sync"

    private func service() async throws -> (RunTenantctl, RunTenantd, String) {
      let tenantctl = try RunTenantctl.withLiveTenant(
        units: "[OU=Sign-In]",
        assignments: [#"{ directoryGroup: "\#(RealSession.review)", roles: [admin] }"#])
      let service = try await RunTenantd(tenantctl, "--listen", "127.0.0.1:0")
      return (tenantctl, service, "http://127.0.0.1:\(try await service.pagesPort())")
    }

    @Test("login@dns.domain signs in, whatever the userPrincipalName; a change asks at once")
    func session() async throws {
      let (tenantctl, service, base) = try await service()
      let password = try Servers.value("PASSWORD")
      let visitor = PageVisitor(tenantctl, base)
      try await RealSession.with(
        "userPrincipalName", "rita@mail.example", then: "reviewer1@acme.example"
      ) {
        let answer = try await visitor.signIn("acme", "reviewer1@acme.example", password)
        #expect(answer.status == 303)
      }
      let page = try await visitor.get(Self.sync)
      #expect(page.status == 200)
      let fields = ["csrf": page.formToken ?? "", "row": "x"]
      // No such row: but who asks may ask.
      #expect(try await visitor.post("/tenants/acme/links/unlink", fields).status == 400)
      try await RealSession.with("userAccountControl", "66050", then: "66048") {
        let refused = try await visitor.post("/tenants/acme/links/unlink", fields)
        #expect(
          refused.status == 303 && refused.all("location").first?.hasPrefix("/sign-in") == true)
      }
      #expect(try await visitor.get(Self.sync).status == 303)
      let answer = try await service.stop()
      #expect(
        answer.errors.contains("the session of ACME\\reviewer1 ends: the account is disabled"))
      #expect(try tenantctl.read("state/audit.log").contains("unlink (the session has ended)"))
    }

    @Test("however the login is spelled, an account has one limit")
    func spellings() async throws {
      let (tenantctl, service, base) = try await service()
      let stranger = PageVisitor(tenantctl, base)
      var statuses: [Int] = []
      for login in [
        "wrong1", "ACME\\wrong1", "acme.example\\WRONG1", "wrong1@acme.example", "wrong1",
      ] {
        statuses.append(try await stranger.signIn("acme", login, "not the password").status)
      }
      #expect(statuses == [401, 401, 401, 401, 429])
      #expect(try await service.stop().code == 0)
    }
  }
}
