import Administration
import Testing

@testable import TenantStore

@Suite("Attempts to sign in are limited", .timeLimit(.minutes(5)))
struct SignInLimitsTests {
  private let world: SignInWorld
  private let strangers = SignInSubject.strangers(tenant: "acme", account: "maria")

  init() throws { world = try SignInWorld() }

  private func attempts(
    failing count: Int, _ subjects: [SignInSubject]
  ) async throws -> any AttemptCounting {
    let attempts = world.attempts()
    for _ in 0..<count { #expect(try await attempts.begin(subjects) == nil) }
    return attempts
  }

  /// In a database the time goes on by itself, for as long as a busy machine needs.
  private func isAbout(_ wait: Duration?, _ expected: Duration) -> Bool {
    wait.map { $0 <= expected + .seconds(1) && $0 > expected - .seconds(300) } ?? false
  }

  @Test("an account takes a few failures of strangers, then none until the window is over")
  func account() async throws {
    let attempts = try await attempts(failing: SignInLimits.mostOfAccount, [strangers])
    try await world.pass(.seconds(60))
    #expect(isAbout(try await attempts.begin([strangers]), SignInLimits.window - .seconds(60)))
    try await world.pass(SignInLimits.window - .seconds(60))
    #expect(try await attempts.begin([strangers]) == nil)
  }

  @Test("a browser that the owner signed in from is not locked out by strangers")
  func owner() async throws {
    let attempts = try await attempts(failing: SignInLimits.mostOfAccount, [strangers])
    let own = SignInSubject.browser(tenant: "acme", account: "maria", digest: [1])
    #expect(try await attempts.begin([strangers]) != nil)
    #expect(try await attempts.begin([own]) == nil)
    #expect(try await attempts.begin([.strangers(tenant: "acme", account: "other")]) == nil)
  }

  @Test("a network is limited over all accounts")
  func address() async throws {
    let attempts = world.attempts()
    for number in 0..<SignInLimits.mostOfNetwork {
      let account = SignInSubject.strangers(tenant: "acme", account: "user\(number)")
      #expect(try await attempts.begin([.network("10.0.0.1"), account]) == nil)
    }
    #expect(try await attempts.begin([.network("10.0.0.1"), strangers]) != nil)
    #expect(try await attempts.begin([.network("10.0.0.2"), strangers]) == nil)
  }

  @Test("an attempt that was good, or for which no password was sent, does not count")
  func forgiven() async throws {
    let attempts = world.attempts()
    for _ in 0..<50 {
      #expect(try await attempts.begin([strangers]) == nil)
      try await attempts.forgive([strangers])
    }
  }

  @Test("a refused attempt counts for nobody else: a network that is used up locks no account")
  func refusedDoesNotCount() async throws {
    let attempts = try await attempts(failing: SignInLimits.mostOfNetwork, [.network("10.0.0.1")])
    for _ in 0..<50 { #expect(try await attempts.begin([.network("10.0.0.1"), strangers]) != nil) }
    #expect(try await attempts.begin([.network("10.0.0.2"), strangers]) == nil)
  }

  @Test("a full table forgets nobody: new strangers wait, counts that are over make room")
  func full() async throws {
    let attempts = world.attempts(mostKept: 3)
    func account(_ number: Int) -> SignInSubject {
      .strangers(tenant: "acme", account: "user\(number)")
    }
    for _ in 0..<SignInLimits.mostOfAccount {
      #expect(try await attempts.begin([account(0)]) == nil)
    }
    try await world.pass(.seconds(60))
    for number in 1...2 { #expect(try await attempts.begin([account(number)]) == nil) }
    #expect(try await attempts.begin([account(3)]) == SignInLimits.window)
    #expect(try await attempts.begin([account(1)]) == nil)
    #expect(isAbout(try await attempts.begin([account(0)]), SignInLimits.window - .seconds(60)))
    try await world.pass(SignInLimits.window - .seconds(60))
    #expect(try await attempts.begin([account(3)]) == nil)
    #expect(try await attempts.begin([account(4)]) == SignInLimits.window)
  }

  @Test("an attempt that counts for several accounts has room for all of them, or is not made")
  func fullForSeveral() async throws {
    let attempts = world.attempts(mostKept: 2)
    let accounts = ["a", "b", "c"].map {
      SignInSubject.strangers(tenant: "acme", account: $0)
    }
    #expect(try await attempts.begin(accounts) == SignInLimits.window)
    #expect(try await attempts.begin(Array(accounts.prefix(2))) == nil)
    #expect(try await attempts.begin([accounts[2]]) == SignInLimits.window)
  }

  @Test("while strangers of many networks fill the table, an owner on a known browser comes in")
  func ownerInAFlood() async throws {
    let attempts = world.attempts(mostKept: 2)
    for number in 0..<2 { #expect(try await attempts.begin([.network("10.0.0.\(number)")]) == nil) }
    let own = SignInSubject.browser(tenant: "acme", account: "maria", digest: [1])
    #expect(try await attempts.begin([.network("10.0.0.9"), strangers]) == SignInLimits.window)
    for _ in 0..<SignInLimits.mostOfAccount {
      #expect(try await attempts.begin([.network("10.0.0.9"), own]) == nil)
    }
    #expect(isAbout(try await attempts.begin([.network("10.0.0.9"), own]), SignInLimits.window))
  }

  @Test("many at once are no more than many in turn, at however many hosts")
  func atOnce() async throws {
    let hosts = [world.attempts(), world.pool == nil ? nil : world.attempts()].compactMap(\.self)
    // In memory each host has its own.
    let first = try #require(hosts.first)
    let subjects: [SignInSubject] = [.network("10.0.0.1"), strangers]
    let begun = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<40 {
        let host = hosts.count > 1 ? hosts[number % 2] : first
        let order = number % 3 == 0 ? Array(subjects.reversed()) : subjects
        group.addTask { try await host.begin(order) == nil }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(begun == SignInLimits.mostOfAccount)
  }
}
