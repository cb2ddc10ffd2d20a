import EmployeeIDMatcher
import LoginMatcher
import NameMatcher
import PluginContract
import SMTPMatcher
import TenantCore
import Testing

@testable import Reconciliation

/// What differs, from the pair of values to the sentence (semantics.md 5).
@Suite("Near misses", .timeLimit(.minutes(5)))
struct NearMissTests {
  private func matcher(_ plugin: MatcherPlugin, domains: [String] = ["ACME"]) throws -> any Matcher
  {
    let directories = domains.map {
      DirectoryIdentity(domain: $0, dnsDomain: "\($0.lowercased()).example")
    }
    return try plugin.make(MatcherContext(directories: directories))
  }

  private func reason(_ person: Scenario.Person, _ user: Scenario.User, _ plugin: MatcherPlugin)
    async throws -> Reason?
  {
    var scenario = Scenario(matcher: try matcher(plugin))
    scenario.people = [person]
    scenario.users = [user]
    let outcome = try #require(try await scenario.plan().outcome(of: person.login))
    #expect(outcome.state == .unmatched)
    #expect(outcome.user == nil)
    return outcome.reason
  }

  @Test(
    "mails that differ are explained by how, in either direction",
    arguments: [
      ("o'brien@x.example", "o’brien@x.example", "look-alike"),
      ("anna-lena@x.example", "anna‑lena@x.example", "look-alike"),
      ("jane@x.example", "ｊａｎｅ@x.example", "look-alike"),
      ("jane@x.example", "jane@ x.example", "whitespace"),
      ("jane@x.example", "ja\u{200B}ne@x.example", "whitespace"),
      ("jane@x.example", "ja\u{A0}ne@x.example", "whitespace"),
      ("o'brien@x.example", "o’ brien@x.example", "look-alike"),
      ("jane@x.example", "Jane Doe <jane@x.example>", "form"),
      ("jane@x.example", "mailto:jane@x.example", "form"),
      ("jane@x.example", "jane@x.example; joe@x.example", "form"),
      ("jane@x.example", "jane@x.example.", "form"),
      ("jane@müller.example", "jane@xn--mller-kva.example", "form"),
      ("o'brien@x.example", "<o’brien@x.example>", "form"),
      ("müller@x.example", "muller@x.example", "accent"),
      ("jane@x.example", "jane@y.example", "local-part"),
    ])
  func mails(one: String, other: String, kind: String) async throws {
    for (here, there) in [(one, other), (other, one)] {
      let found = try await reason(
        .init(login: "a", mail: here, guid: 1), .init(name: "u", email: there), smtpMatcher)
      #expect(found?.code == "near-miss:\(kind)")
      #expect(found?.candidates == ["u"])
    }
  }

  @Test(
    "logins that differ are explained by how",
    arguments: [
      ("yildiz", "ACME\\yıldız", "look-alike"), ("yıldız", "ACME\\yildiz", "look-alike"),
      ("ilker", "ACME\\İlker", "look-alike"), ("jane", "ACME/jane", "form"),
      ("jane", "ACME\\\\jane", "form"), ("jane", "jane@acme", "form"),
      ("jane", "OTHER\\jane", "domain"), ("jäne", "ACME\\jane", "accent"),
      ("ACME\\jane", "ACME\\jane", "form"),
    ])
  func logins(login: String, windowsLogin: String, kind: String) async throws {
    let found = try await reason(
      .init(login: login, guid: 1), .init(name: "u", login: windowsLogin), loginMatcher)
    #expect(found?.code == "near-miss:\(kind)")
  }

  @Test(
    "employee IDs that differ are explained by how, in either direction",
    arguments: [
      ("0042", "42", "number-format"), ("42", "42.0", "number-format"),
      ("123000", "1.23E+05", "number-format"), ("00 42", "0042", "whitespace"),
      ("E-42", "E–42", "look-alike"),
    ])
  func employeeIDs(one: String, other: String, kind: String) async throws {
    for (here, there) in [(one, other), (other, one)] {
      let found = try await reason(
        .init(login: "a", guid: 1, employeeID: here), .init(name: "u", employeeID: there),
        employeeIDMatcher)
      #expect(found?.code == "near-miss:\(kind)")
    }
  }

  @Test(
    "the sentence holds both values, and names what nobody can see",
    arguments: [
      (
        "o'brien@x", "o’brien@x",
        "nobody has mail 'o'brien@x'; the nearest, 'u', differs only in characters that look alike: "
          + "email 'o’brien@x', with ’ (U+2019) for ' (U+0027)"
      ),
      (
        "ĳs@x", "ijs@x",
        "nobody has mail 'ĳs@x'; the nearest, 'u', differs only in characters that look alike: "
          + "email 'ijs@x', with i (U+0069) j (U+006A) for ĳ (U+0133)"
      ),
      (
        "j@x", "j\u{200B}@\u{A0}x",
        "nobody has mail 'j@x'; the nearest, 'u', differs only in spaces or invisible characters: "
          + "email 'j\u{200B}@\u{A0}x', with U+200B, U+00A0"
      ),
      (
        "j\u{AD}@x", "j@x",
        "nobody has mail 'j\u{AD}@x'; the nearest, 'u', differs only in spaces or invisible "
          + "characters: email 'j@x', with U+00AD in the directory"
      ),
      (
        "j@x", "J <j@x>",
        "nobody has mail 'j@x'; the nearest, 'u', is written in another way: email 'J <j@x>'"
      ),
    ])
  func sentences(mail: String, email: String, sentence: String) async throws {
    let found = try await reason(
      .init(login: "a", mail: mail, guid: 1), .init(name: "u", email: email), smtpMatcher)
    #expect(found?.message(for: .unmatched) == sentence)
  }

  @Test("of a login the characters are named without its domain; of a name both parts are shown")
  func otherSentences() async throws {
    let login = try await reason(
      .init(login: "yildiz", guid: 1), .init(name: "u", login: "ACME\\yıldız"), loginMatcher)
    #expect(login?.detail == "windowsLogin 'ACME\\yıldız', with ı (U+0131) for i (U+0069)")
    let name = try await reason(
      .init(login: "a", guid: 1, first: "Anna", last: "O'Neil"),
      .init(name: "u", first: "Аnna", last: "O´Neil"), nameMatcher)
    #expect(
      name?.detail == "firstName+lastName 'Аnna O´Neil', with А (U+0410) for A (U+0041), "
        + "´ (U+00B4) for ' (U+0027)")
  }
}
