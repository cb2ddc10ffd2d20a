import Administration
import Testing

@testable import Authorization
@testable import TenantStore

@Suite("Sessions are kept by the digests of their tokens (A3, H8)", .timeLimit(.minutes(5)))
struct SessionKeepingTests {
  private static let maria = SignedIn(localUser: "maria", of: "acme", passwordMark: [1])
  private static let group = "CN=AD Review,DC=acme,DC=example"

  private let world: SignInWorld
  private var sessions: any SessionKeeping { world.sessions }

  init() throws { world = try SignInWorld() }

  private func key(_ number: UInt8, _ tenant: String? = "acme") -> SessionKey {
    SessionKey(tenant: tenant, digest: [UInt8](repeating: number, count: 32))
  }

  @Test("somebody is found again as whoever signed in, and by the key alone")
  func found() async throws {
    let person = DirectoryPerson(
      domain: "ACME", login: "jdoe", guid: try Fixture.guid(7), groups: [Self.group])
    let all: [(SessionKey, SignedIn)] = [
      (key(1), Self.maria),
      (key(2), SignedIn(person, of: "acme", groups: [Self.group, "CN=Other"])),
      (key(3, nil), SignedIn(operator: "olga", passwordMark: [1, 2])),
    ]
    for (key, signedIn) in all { try await sessions.begin(key, signedIn) }
    for (key, signedIn) in all {
      let found = try #require(try await sessions.session(key))
      #expect(found.signedIn == signedIn && found.signedIn.actor == signedIn.actor)
      #expect(found.sinceChecked < .seconds(60) && found.sinceUnanswered == nil)
      #expect(found.message == nil)
    }
    for other in [key(1, nil), key(1, "globex"), key(3, "acme"), key(4)] {
      #expect(try await sessions.session(other) == nil)
    }
  }

  @Test("it ends when it is not used, and after ten hours however much it is used")
  func times() async throws {
    try await sessions.begin(key(1), Self.maria)
    try await sessions.begin(key(2), Self.maria)
    try await world.pass(SessionLimits.idleTime - .seconds(5))
    #expect(try await sessions.session(key(2)) != nil)
    try await world.pass(SessionLimits.precision + .seconds(10))
    #expect(try await sessions.session(key(1)) == nil)
    #expect(try await sessions.session(key(2)) != nil)
    for _ in 0..<30 {
      try await world.pass(.seconds(20 * 60))
      _ = try await sessions.session(key(2))
    }
    #expect(try await sessions.session(key(2)) == nil)
  }

  @Test("what was found out of its person is known at every host, and how long ago")
  func checks() async throws {
    try await sessions.begin(key(1), Self.maria)
    try await world.pass(.seconds(300))
    let old = try #require(try await sessions.session(key(1)))
    #expect(old.sinceChecked >= .seconds(300) && old.sinceChecked < .seconds(360))
    try await sessions.noteUnanswered(key(1))
    try await world.pass(.seconds(40))
    let silent = try #require(try await sessions.session(key(1)))
    #expect(try #require(silent.sinceUnanswered) >= .seconds(40))
    let other = SignedIn(localUser: "maria", of: "acme", passwordMark: [2])
    try await sessions.renew(key(1), other)
    let new = try #require(try await sessions.session(key(1)))
    #expect(new.signedIn == other && new.sinceChecked < .seconds(30))
    #expect(new.sinceUnanswered == nil)
  }

  @Test("it ends at once when it is ended, and nothing brings it back")
  func end() async throws {
    try await sessions.begin(key(1), Self.maria)
    try await sessions.end(key(1))
    try await sessions.renew(key(1), Self.maria)
    try await sessions.put("{}", key(1))
    try await sessions.noteUnanswered(key(1))
    #expect(try await sessions.session(key(1)) == nil)
  }

  @Test("more sessions of one actor than there may be end the oldest, and nobody else's")
  func bounded() async throws {
    let eva = SignedIn(localUser: "eva", of: "acme", passwordMark: [1])
    try await sessions.begin(key(200), eva)
    for number in 0...UInt8(SessionLimits.mostOfOneActor) {
      try await world.pass(.seconds(61))
      try await sessions.begin(key(number), Self.maria)
    }
    #expect(try await sessions.session(key(0)) == nil)
    #expect(try await sessions.session(key(1)) != nil)
    #expect(try await sessions.session(key(200)) != nil)
  }

  @Test("what the next page tells is kept with it until it was told")
  func message() async throws {
    try await sessions.begin(key(1), Self.maria)
    try await sessions.put("it's done", key(1))
    #expect(try await sessions.session(key(1))?.message == "it's done")
    try await sessions.put(nil, key(1))
    #expect(try await sessions.session(key(1))?.message == nil)
  }

  @Test("the service's secret is one, of 256 bits, for all who ask at once")
  func secret() async throws {
    let world = world
    let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<8 {
        let keeper = world.pool.map { ServiceSecretTable($0) as any ServiceSecretKeeping }
        group.addTask { try await (keeper ?? world.secret).serviceSecret() }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(secrets.count == 1 && secrets.first?.count == 32)
  }

  @Test("what a session keeps of somebody is believed of its own kind and tenant only")
  func believed() {
    let kept = Self.maria.kept
    #expect(SignedIn(kept: kept, tenant: "acme") == Self.maria)
    #expect(SignedIn(kept: kept, tenant: nil) == nil)
    #expect(SignedIn(kept: "", tenant: "acme") == nil)
    #expect(SignedIn(kept: "{}", tenant: "acme") == nil)
    let olga = SignedIn(operator: "olga", passwordMark: [1]).kept
    #expect(SignedIn(kept: olga, tenant: "acme") == nil)
  }
}
