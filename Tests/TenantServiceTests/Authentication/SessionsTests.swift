import Administration
import TenantCore
import TenantStore
import Testing

@testable import Authorization
@testable import TenantService

extension SignedIn {
  /// A local user of acme.
  static let maria = SignedIn(localUser: "maria", of: "acme", passwordMark: [1])
}

extension FakeClock {
  /// Sessions that are kept in memory, by this clock.
  var sessions: Sessions { Sessions(SessionsInMemory(elapsed: clock.elapsed)) }
}

@Suite("Sessions (A3)", .timeLimit(.minutes(5)))
struct SessionsTests {
  private let sessions = FakeClock().sessions

  @Test("a word opens its session and no other, and proves that a form is of it")
  func words() async throws {
    let word = try await sessions.begin(.maria, tenant: "acme")
    let session = try #require(try await sessions.session(word, of: "acme"))
    #expect(session.tenant == "acme")
    #expect(session.actor == SignedIn.maria.actor)
    #expect(session.formToken.utf8.count == 43 && !session.formToken.contains(word))
    #expect(try await sessions.session(session)?.formToken == session.formToken)
    let others = [(word + "x", "acme"), ("", "acme"), (word, "globex"), (word, nil)]
    for (other, tenant) in others {
      #expect(try await sessions.session(other, of: tenant) == nil)
    }
    let other = try await sessions.begin(.maria, tenant: "acme")
    #expect(other != word && word.utf8.count == 43)
    #expect(try await sessions.session(other, of: "acme")?.formToken != session.formToken)
  }

  @Test("what is to be told is told once")
  func flash() async throws {
    let word = try await sessions.begin(.maria, tenant: "acme")
    let session = try #require(try await sessions.session(word, of: "acme"))
    #expect(session.flash == nil)
    try await sessions.put(Flash(tone: .good, text: "done\u{0}", undo: "links/undo"), session)
    let told = try #require(try await sessions.session(session)?.flash)
    #expect(told.tone == .good && told.text == Flash(tone: .bad, text: "done\u{0}").text)
    #expect(told.undoAction == "links/undo")
    try await sessions.put(nil, session)
    #expect(try await sessions.session(session)?.flash == nil)
  }

  @Test("it ends at once when it is ended")
  func end() async throws {
    let word = try await sessions.begin(.maria, tenant: "acme")
    let session = try #require(try await sessions.session(word, of: "acme"))
    try await sessions.end(session)
    #expect(try await sessions.session(session) == nil)
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
