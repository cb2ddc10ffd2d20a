import Administration
import HTTPTypes
import Logging
import Synchronization
import TenantCore
import Testing

@testable import Authorization
@testable import TenantService

/// A directory and an access file that say what a test wants.
private final class Accounts: DirectorySignIn, CredentialChecking, OperatorVerifying {
  struct Silent: Error {}

  private struct State {
    var person: DirectoryPerson?
    var mark: [UInt8]? = [1]
    var isSilent = false
    var asked = 0
  }
  private let state = Mutex(State())

  init(_ person: DirectoryPerson) { state.withLock { $0.person = person } }

  /// How often the directory was asked.
  var asked: Int { state.withLock(\.asked) }

  func set(_ person: DirectoryPerson?) { state.withLock { $0.person = person } }
  func set(isSilent: Bool) { state.withLock { $0.isSilent = isSilent } }
  func set(mark: [UInt8]?) { state.withLock { $0.mark = mark } }

  func person(of attempt: SignInAttempt, groups: [String]) -> DirectoryPerson? { nil }

  func person(
    again person: DirectoryPerson, of tenant: Tenant, groups: [String], at moment: Timestamp
  ) throws -> DirectoryPerson? {
    try state.withLock { state in
      state.asked += 1
      if state.isSilent { throw Silent() }
      return state.person
    }
  }

  func isLocalUser(_ attempt: SignInAttempt) -> Bool { false }
  func passwordMark(ofLocalUser name: String, of tenant: String) throws -> [UInt8]? {
    try state.withLock { state in
      if state.isSilent { throw Silent() }
      return state.mark
    }
  }
  func pretend(_ password: Password) {}
  func isOperator(_ attempt: OperatorSignInAttempt) -> Bool { false }
  func passwordMark(ofOperator name: String) throws -> [UInt8]? {
    try passwordMark(ofLocalUser: name, of: "")
  }
  func operatorToken(_ secret: String, at moment: Timestamp) -> OperatorToken? { nil }
  func tenant(ofToken secret: String, among tenants: [String], at moment: Timestamp) -> String? {
    nil
  }
  func token(_ secret: String, of tenant: String, at moment: Timestamp) -> AccessToken? { nil }
}

@Suite("A session ends with the right to it (A3)", .timeLimit(.minutes(5)))
struct SessionCheckTests {
  private static let group = "CN=AD Review,DC=acme,DC=example"
  private static let jdoe = DirectoryPerson(domain: "ACME", login: "jdoe", groups: [group])

  private let clock = FakeClock()
  private let accounts = Accounts(jdoe)
  private let sessions: Sessions
  private let check: SessionCheck
  private let tenant = Tenant(name: "acme")
  private let policy = AccessPolicy(
    roles: ["admin": []], assignments: [.init(.directoryGroup(group), roles: ["admin"])])

  init() {
    sessions = clock.sessions
    check = SessionCheck(
      sessions: sessions,
      authenticator: Authenticator(
        directories: accounts, credentials: accounts, operators: accounts),
      clock: clock.clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func begin() async throws -> String {
    try await sessions.begin(SignedIn(Self.jdoe, of: "acme", groups: [Self.group]), tenant: "acme")
  }

  private func run(
    _ word: String, _ policy: AccessPolicy, isChange: Bool
  ) async throws -> Session? {
    guard let session = try await sessions.session(word, of: "acme") else { return nil }
    return try await check.run(session, tenant, policy, isChange: isChange)
  }

  private func read(_ word: String) async throws -> Session? {
    try await run(word, policy, isChange: false)
  }

  private func change(_ word: String) async throws -> Session? {
    try await run(word, policy, isChange: true)
  }

  @Test("for reading the directory is asked again every two minutes, and no more often")
  func interval() async throws {
    let word = try await begin()
    for _ in 0..<3 { #expect(try await read(word) != nil) }
    clock.advance(by: SessionCheck.interval - .seconds(1))
    #expect(try await read(word) != nil)
    #expect(accounts.asked == 0)
    clock.advance(by: .seconds(1))
    for _ in 0..<3 { #expect(try await read(word) != nil) }
    #expect(accounts.asked == 1)
    clock.advance(by: SessionCheck.interval)
    #expect(try await read(word) != nil)
    #expect(accounts.asked == 2)
  }

  @Test("an account that is disabled loses its session within the interval, for good")
  func ended() async throws {
    let word = try await begin()
    accounts.set(nil)
    #expect(try await read(word) != nil)
    clock.advance(by: SessionCheck.interval)
    #expect(try await read(word) == nil)
    accounts.set(Self.jdoe)
    #expect(try await read(word) == nil)
    #expect(try await sessions.session(word, of: "acme") == nil)
  }

  @Test("before a change the directory is asked at once, each time")
  func changes() async throws {
    let word = try await begin()
    #expect(try await change(word) != nil)
    #expect(try await change(word) != nil)
    #expect(accounts.asked == 2)
    accounts.set(nil)
    #expect(try await change(word) == nil)
    #expect(try await sessions.session(word, of: "acme") == nil)
  }

  @Test("roles follow the groups of today")
  func groups() async throws {
    let word = try await begin()
    var person = Self.jdoe
    person.groups = ["CN=Other"]
    accounts.set(person)
    let now = try #require(try await change(word))
    #expect(now.actor.identity == .directoryUser(tenant: "acme", groups: ["CN=Other"]))
    person.groups = []
    accounts.set(person)
    #expect(try await change(word) == nil)
  }

  @Test("a tenant file that names other groups is a reason to ask at once")
  func otherGroups() async throws {
    let word = try await begin()
    let other = AccessPolicy(
      roles: ["admin": []],
      assignments: [
        .init(.directoryGroup(Self.group), roles: ["admin"]),
        .init(.directoryGroup("CN=B"), roles: ["admin"]),
      ])
    #expect(try await run(word, other, isChange: false) != nil)
    #expect(try await run(word, other, isChange: false) != nil)
    #expect(accounts.asked == 1)
  }

  @Test("while the directory is silent nothing is changed, and reading goes on for a while")
  func silent() async throws {
    let word = try await begin()
    accounts.set(isSilent: true)
    let failure = await #expect(throws: WebFailure.self) { try await change(word) }
    #expect(failure?.status == .serviceUnavailable)
    #expect(failure?.kind == "directory-unavailable")
    #expect(failure?.message.contains("nothing was changed") == true)
    clock.advance(by: SessionCheck.interval)
    #expect(try await read(word) != nil)
    #expect(accounts.asked == 2)
    // It is left alone for a moment, so that not every page waits for it.
    #expect(try await read(word) != nil)
    #expect(accounts.asked == 2)
    clock.advance(by: SessionCheck.pause)
    #expect(try await read(word) != nil)
    #expect(accounts.asked == 3)
    clock.advance(by: SessionCheck.longestUnanswered)
    await #expect(throws: WebFailure.self) { try await read(word) }
    // The session is not ended by it: an answer makes it good again.
    accounts.set(isSilent: false)
    clock.advance(by: SessionCheck.pause)
    #expect(try await read(word) != nil)
    #expect(try await change(word) != nil)
  }

  @Test("pages that come at once share one question")
  func atOnce() async throws {
    let word = try await begin()
    clock.advance(by: SessionCheck.interval)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          let session = try await self.read(word)
          #expect(session != nil)
        }
      }
      try await group.waitForAll()
    }
    #expect(accounts.asked == 1)
  }

  @Test("a local user is looked for at every request, and asks no directory")
  func localUser() async throws {
    let word = try await sessions.begin(.maria, tenant: "acme")
    #expect(try await read(word) != nil)
    accounts.set(mark: [2])
    #expect(try await read(word) == nil)
    let other = try await sessions.begin(.maria, tenant: "acme")
    #expect(try await change(other) == nil)
    #expect(accounts.asked == 0)
    accounts.set(isSilent: true)
    let third = try await sessions.begin(.maria, tenant: "acme")
    await #expect(throws: Accounts.Silent.self) { try await read(third) }
  }
}
