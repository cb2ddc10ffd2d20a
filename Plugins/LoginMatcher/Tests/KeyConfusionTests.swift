import LoginMatcher
import PluginContract
import PluginTesting
import Testing

@Suite("A login in an odd form is nobody else's")
struct KeyConfusionTests {
  private static let odd = [
    "jsmith", "ACME\\jsmith", "acme.example\\jsmith", "jsmith@acme.example",
    "ACME\\jsmith@acme.example", "jsmith@acme.example\\jsmith", "@acme\\jsmith", "acme\\@", "@",
    "\\", "\\\\", "ACME\\PARTNER\\jsmith", "partner\\jsmith@", "x@ACME\\jsmith",
  ]

  @Test(
    "M6: what stands in one attribute of a directory never reads as the other", arguments: odd)
  func formsAreApart(text: String) throws {
    let trial = try MatcherTrial(
      loginMatcher, directories: [.init(domain: "ACME", dnsDomain: "acme.example")])
    let asLogin = try trial.directoryKeys([["sAMAccountName": [text]]])
    let asPrincipal = try trial.directoryKeys([["userPrincipalName": [text]]])
    for key in asLogin.keys.texts(of: 0) { #expect(key.split(separator: "\\").count == 2) }
    for key in asPrincipal.keys.texts(of: 0) { #expect(!key.contains("\\")) }
    #expect(Set(asLogin.keys.texts(of: 0)).isDisjoint(with: asPrincipal.keys.texts(of: 0)))
  }

  @Test("a userPrincipalName that looks like a login does not claim the login's user")
  func principalPosingAsLogin() throws {
    let trial = try MatcherTrial(loginMatcher, directories: [.init(domain: "ACME")])
    for fake in ["acme\\boss", "boss", "acme\\boss@"] {
      let record = ["sAMAccountName": ["mallory"], "userPrincipalName": [fake]]
      for login in ["ACME\\boss", "boss"] {
        #expect(try trial.matches(directory: record, tenant: ["windowsLogin": [login]]).isEmpty)
      }
    }
  }

  @Test("a login with a backslash does not claim a user of another domain")
  func loginPosingAsDomain() throws {
    let trial = try MatcherTrial(
      loginMatcher, directories: [.init(domain: "PARTNER"), .init(domain: "ACME")])
    for fake in ["acme\\boss", "\\acme\\boss", "..\\acme\\boss"] {
      let record = ["sAMAccountName": [fake]]
      for login in ["ACME\\boss", "PARTNER\\acme\\boss", "PARTNER\\boss"] {
        #expect(try trial.matches(directory: record, tenant: ["windowsLogin": [login]]).isEmpty)
      }
    }
  }
}
