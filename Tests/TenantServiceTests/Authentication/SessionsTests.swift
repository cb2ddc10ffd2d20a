import Administration
import TenantCore
import Testing

@testable import Authorization
@testable import TenantService

extension SignedIn {
  /// A local user of acme.
  static let maria = SignedIn(localUser: "maria", of: "acme", passwordMark: [1])
}

@Suite("Sessions (A3)", .timeLimit(.minutes(5)))
struct SessionsTests {
  private let clock = FakeClock()

  @Test("a word opens its session and no other; what is kept does not give the word away")
  func words() throws {
    let sessions = Sessions(clock: clock.clock)
    let word = sessions.begin(.maria, tenant: "acme")
    let session = try #require(sessions.session(word))
    #expect(session.tenant == "acme")
    #expect(session.actor == SignedIn.maria.actor)
    #expect(session.formToken != word)
    #expect(sessions.session(word + "x") == nil)
    #expect(sessions.session("") == nil)
    #expect(sessions.begin(.maria, tenant: "acme") != word)
    #expect(word.utf8.count == 43)
  }

  @Test("it ends when it is not used, and after ten hours however much it is used")
  func times() {
    let sessions = Sessions(clock: clock.clock)
    let idle = sessions.begin(.maria, tenant: "acme")
    let busy = sessions.begin(.maria, tenant: "acme")
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
    let word = sessions.begin(.maria, tenant: "acme")
    sessions.end(word)
    #expect(sessions.session(word) == nil)
  }

  @Test("more sessions of one actor than there may be end the oldest")
  func bounded() {
    let sessions = Sessions(clock: clock.clock)
    var words: [String] = []
    for _ in 0...Sessions.mostOfOneActor {
      clock.advance(by: .seconds(1))
      words.append(sessions.begin(.maria, tenant: "acme"))
    }
    #expect(sessions.session(words[0]) == nil)
    #expect(sessions.session(words[1]) != nil)
  }

  @Test("what is to be told is told once")
  func flash() throws {
    let sessions = Sessions(clock: clock.clock)
    let word = sessions.begin(.maria, tenant: "acme")
    sessions.put(Flash(tone: .good, text: "done"), word)
    #expect(sessions.takeFlash(word)?.text == "done")
    #expect(sessions.takeFlash(word) == nil)
  }
}

@Suite("Attempts to sign in are limited", .timeLimit(.minutes(5)))
struct SignInLimitsTests {
  private let clock = FakeClock()
  private let strangers = SignInLimits.Subject.strangers(tenant: "acme", account: "maria")

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
    let own = SignInLimits.Subject.browser(tenant: "acme", account: "maria", digest: [1])
    #expect(limits.begin([strangers]) != nil)
    #expect(limits.begin([own]) == nil)
    #expect(limits.begin([.strangers(tenant: "acme", account: "other")]) == nil)
  }

  @Test("a network is limited over all accounts")
  func address() {
    let limits = SignInLimits(clock: clock.clock)
    for number in 0..<SignInLimits.mostOfNetwork {
      let account = SignInLimits.Subject.strangers(tenant: "acme", account: "user\(number)")
      #expect(limits.begin([.network("10.0.0.1"), account]) == nil)
    }
    #expect(limits.begin([.network("10.0.0.1"), strangers]) != nil)
    #expect(limits.begin([.network("10.0.0.2"), strangers]) == nil)
  }

  @Test("an attempt that was good, or for which no password was sent, does not count")
  func forgiven() {
    let limits = SignInLimits(clock: clock.clock)
    for _ in 0..<50 {
      #expect(limits.begin([strangers]) == nil)
      limits.forgive([strangers])
    }
  }

  @Test("a refused attempt counts for nobody else: a network that is used up locks no account")
  func refusedDoesNotCount() {
    let limits = limits(failing: SignInLimits.mostOfNetwork, [.network("10.0.0.1")])
    for _ in 0..<50 { #expect(limits.begin([.network("10.0.0.1"), strangers]) != nil) }
    #expect(limits.begin([.network("10.0.0.2"), strangers]) == nil)
  }

  @Test("a full table forgets nobody: new strangers wait, counts that are over make room")
  func full() {
    let limits = SignInLimits(clock: clock.clock, mostKept: 3)
    func account(_ number: Int) -> SignInLimits.Subject {
      .strangers(tenant: "acme", account: "user\(number)")
    }
    for _ in 0..<SignInLimits.mostOfAccount { #expect(limits.begin([account(0)]) == nil) }
    clock.advance(by: .seconds(60))
    for number in 1...2 { #expect(limits.begin([account(number)]) == nil) }
    #expect(limits.begin([account(3)]) == SignInLimits.window)
    #expect(limits.begin([account(1)]) == nil)
    #expect(limits.begin([account(0)]) == SignInLimits.window - .seconds(60))
    clock.advance(by: SignInLimits.window - .seconds(60))
    #expect(limits.begin([account(3)]) == nil)
    #expect(limits.begin([account(4)]) == SignInLimits.window)
  }

  @Test("an attempt that counts for several accounts has room for all of them, or is not made")
  func fullForSeveral() {
    let limits = SignInLimits(clock: clock.clock, mostKept: 2)
    let accounts = ["a", "b", "c"].map {
      SignInLimits.Subject.strangers(tenant: "acme", account: $0)
    }
    #expect(limits.begin(accounts) == SignInLimits.window)
    #expect(limits.begin(Array(accounts.prefix(2))) == nil)
    #expect(limits.begin([accounts[2]]) == SignInLimits.window)
  }

  @Test("while strangers of many networks fill the table, an owner on a known browser comes in")
  func ownerInAFlood() {
    let limits = SignInLimits(clock: clock.clock, mostKept: 2)
    for number in 0..<2 { #expect(limits.begin([.network("10.0.0.\(number)")]) == nil) }
    let own = SignInLimits.Subject.browser(tenant: "acme", account: "maria", digest: [1])
    #expect(limits.begin([.network("10.0.0.9"), strangers]) == SignInLimits.window)
    for _ in 0..<SignInLimits.mostOfAccount {
      #expect(limits.begin([.network("10.0.0.9"), own]) == nil)
    }
    #expect(limits.begin([.network("10.0.0.9"), own]) == SignInLimits.window)
  }
}

@Suite(
  "Attempts are counted for the account, however its login is spelled", .timeLimit(.minutes(5)))
struct SignInAccountTests {
  private static let acme = Directory(
    domain: "ACME", dnsDomain: "acme.example", source: .ldif(path: "/a.ldif"))
  private static let partner = Directory(
    domain: "PARTNER", dnsDomain: "partner.example", source: .ldif(path: "/p.ldif"))

  @Test(
    "every spelling counts for the account that the directory knows",
    arguments: [
      "jdoe", "JDOE", " jdoe ", "ACME\\jdoe", "acme\\JDoe", "acme.example\\jdoe",
      "jdoe@acme.example", "JDoe@ACME.example", "jdoe@mail.example",
    ])
  func oneAccount(typed: String) {
    let person = DirectoryPerson(domain: "Acme", login: "JDoe", groups: ["g"])
    let account = SignInAccount(SignedIn(person, of: "acme", groups: ["g"]))
    for directories in [[Self.acme], [Self.acme, Self.partner]] {
      #expect(SignInAccount.possible(typed, in: directories).contains(account))
    }
  }

  @Test(
    "another domain's account is another one",
    arguments: ["PARTNER\\jdoe", "partner.example\\jdoe", "jdoe@partner.example", "ACME\\other"])
  func another(typed: String) {
    let person = DirectoryPerson(domain: "ACME", login: "jdoe", groups: ["g"])
    let account = SignInAccount(SignedIn(person, of: "acme", groups: ["g"]))
    #expect(!SignInAccount.possible(typed, in: [Self.acme, Self.partner]).contains(account))
  }

  @Test("a local user is counted too, and so is what is no login")
  func localUser() {
    #expect(SignInAccount.possible("Maria", in: []) == [SignInAccount(.maria)])
    #expect(SignInAccount.possible("MARIA", in: [Self.acme]).contains(SignInAccount(.maria)))
    #expect(SignInAccount.possible("a\0b", in: [Self.acme]).count == 1)
    let long = String(repeating: "x", count: 100_000)
    #expect(SignInAccount.possible(long, in: []).allSatisfy { $0.key.utf8.count <= 300 })
  }
}
