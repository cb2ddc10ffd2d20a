import Authorization
import TenantCore
import Testing

@testable import TenantService

@Suite("Sessions (A3)")
struct SessionsTests {
  private let clock = FakeClock()

  @Test("a word opens its session and no other; what is kept does not give the word away")
  func words() throws {
    let sessions = Sessions(clock: clock.clock)
    let word = sessions.begin(.current(), tenant: "acme")
    let session = try #require(sessions.session(word))
    #expect(session.tenant == "acme")
    #expect(session.actor == .current())
    #expect(session.formToken != word)
    #expect(sessions.session(word + "x") == nil)
    #expect(sessions.session("") == nil)
    #expect(sessions.begin(.current(), tenant: "acme") != word)
    #expect(word.utf8.count == 43)
  }

  @Test("it ends when it is not used, and after ten hours however much it is used")
  func times() {
    let sessions = Sessions(clock: clock.clock)
    let idle = sessions.begin(.current(), tenant: "acme")
    let busy = sessions.begin(.current(), tenant: "acme")
    clock.advance(by: Sessions.idleTime - .seconds(1))
    #expect(sessions.session(busy) != nil)
    clock.advance(by: .seconds(1))
    #expect(sessions.session(idle) == nil)
    #expect(sessions.session(busy) != nil)
    for _ in 0..<30 {
      clock.advance(by: .seconds(20 * 60))
      _ = sessions.session(busy)
    }
    #expect(sessions.session(busy) == nil)
  }

  @Test("it ends at once when it is ended")
  func end() {
    let sessions = Sessions(clock: clock.clock)
    let word = sessions.begin(.current(), tenant: "acme")
    sessions.end(word)
    #expect(sessions.session(word) == nil)
  }

  @Test("more sessions of one actor than there may be end the oldest")
  func bounded() {
    let sessions = Sessions(clock: clock.clock)
    var words: [String] = []
    for _ in 0...Sessions.mostOfOneActor {
      clock.advance(by: .seconds(1))
      words.append(sessions.begin(.current(), tenant: "acme"))
    }
    #expect(sessions.session(words[0]) == nil)
    #expect(sessions.session(words[1]) != nil)
  }

  @Test("what is to be told is told once")
  func flash() throws {
    let sessions = Sessions(clock: clock.clock)
    let word = sessions.begin(.current(), tenant: "acme")
    sessions.put(Flash(tone: .good, text: "done"), word)
    #expect(sessions.takeFlash(word)?.text == "done")
    #expect(sessions.takeFlash(word) == nil)
  }
}

@Suite("Attempts to sign in are limited")
struct SignInLimitsTests {
  private let clock = FakeClock()
  private let strangers = SignInLimits.Subject.strangers(tenant: "acme", login: "maria")

  private func limits(failing count: Int, _ subjects: [SignInLimits.Subject]) -> SignInLimits {
    let limits = SignInLimits(clock: clock.clock)
    for _ in 0..<count { #expect(limits.begin(subjects) == nil) }
    return limits
  }

  @Test("an account takes a few failures of strangers, then none until the window is over")
  func account() throws {
    let limits = limits(failing: SignInLimits.mostOfAccount, [strangers])
    clock.advance(by: .seconds(60))
    #expect(limits.begin([strangers]) == SignInLimits.window - .seconds(60))
    clock.advance(by: SignInLimits.window - .seconds(60))
    #expect(limits.begin([strangers]) == nil)
  }

  @Test("a browser that the owner signed in from is not locked out by strangers")
  func owner() {
    let limits = limits(failing: SignInLimits.mostOfAccount, [strangers])
    let own = SignInLimits.Subject.browser(tenant: "acme", login: "maria", digest: [1])
    #expect(limits.begin([strangers]) != nil)
    #expect(limits.begin([own]) == nil)
    #expect(limits.begin([.strangers(tenant: "acme", login: "other")]) == nil)
  }

  @Test("an address is limited over all accounts")
  func address() {
    let limits = SignInLimits(clock: clock.clock)
    for number in 0..<SignInLimits.mostOfAddress {
      let account = SignInLimits.Subject.strangers(tenant: "acme", login: "user\(number)")
      #expect(limits.begin([.address("10.0.0.1"), account]) == nil)
    }
    #expect(limits.begin([.address("10.0.0.1"), strangers]) != nil)
    #expect(limits.begin([.address("10.0.0.2"), strangers]) == nil)
  }

  @Test("an attempt that was good, or that nobody could answer, does not count")
  func forgiven() {
    let limits = SignInLimits(clock: clock.clock)
    for _ in 0..<50 {
      #expect(limits.begin([strangers]) == nil)
      limits.forgive([strangers])
    }
  }

  @Test("a refused attempt counts for nobody else: an address that is used up locks no account")
  func refusedDoesNotCount() {
    let limits = limits(failing: SignInLimits.mostOfAddress, [.address("10.0.0.1")])
    for _ in 0..<50 { #expect(limits.begin([.address("10.0.0.1"), strangers]) != nil) }
    #expect(limits.begin([.address("10.0.0.2"), strangers]) == nil)
  }
}
