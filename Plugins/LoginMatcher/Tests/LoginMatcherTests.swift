import LoginMatcher
import PluginContract
import PluginTesting
import Testing

@Suite("login (M4, M6)")
struct LoginMatcherTests {
  private let acme = DirectoryIdentity(domain: "ACME", dnsDomain: "acme.example")
  private let partner = DirectoryIdentity(domain: "PARTNER")
  private let jsmith = ["sAMAccountName": ["JSmith"]]

  @Test(
    "M6: the domain may be the NetBIOS name or the DNS name, in any case",
    arguments: [
      "ACME\\jsmith", "acme\\JSMITH", "acme.example\\jsmith", "Acme.Example\\JSmith",
      "  ACME\\jsmith ",
    ])
  func domainForms(login: String) throws {
    let trial = try MatcherTrial(loginMatcher, directories: [acme, partner])
    let codes = try trial.matches(directory: jsmith, tenant: ["windowsLogin": [login]])
    #expect(codes == ["login-exact"])
  }

  @Test(
    "M6: another domain, or half a login, is nobody's",
    arguments: [
      "PARTNER\\jsmith", "OTHER\\jsmith", "acme.example.org\\jsmith", "\\jsmith", "ACME\\",
      "ACME\\\\jsmith", "ACME\\x\\jsmith", "jsmith\\ACME", "ACME/jsmith", "ACME\\jsmith2", "",
    ])
  func otherDomains(login: String) throws {
    let trial = try MatcherTrial(loginMatcher, directories: [acme, partner])
    #expect(try trial.matches(directory: jsmith, tenant: ["windowsLogin": [login]]).isEmpty)
  }

  @Test("M6: a UPN is compared with userPrincipalName, not with the login")
  func principal() throws {
    let trial = try MatcherTrial(loginMatcher, directories: [acme, partner])
    let record = ["sAMAccountName": ["jsmith"], "userPrincipalName": ["John.Smith@acme.example"]]
    let upn = ["windowsLogin": ["john.smith@ACME.example"]]
    #expect(try trial.matches(directory: record, tenant: upn) == ["upn-exact"])
    let login = ["windowsLogin": ["jsmith@acme.example"]]
    #expect(try trial.matches(directory: record, tenant: login).isEmpty)
  }

  @Test("M6: a login with no domain matches only where there is exactly one directory")
  func bareLogin() throws {
    let bare = ["windowsLogin": ["jsmith"]]
    let alone = try MatcherTrial(loginMatcher, directories: [acme])
    #expect(try alone.matches(directory: jsmith, tenant: bare) == ["login-exact"])
    let two = try MatcherTrial(loginMatcher, directories: [acme, partner])
    #expect(try two.matches(directory: jsmith, tenant: bare).isEmpty)
    #expect(try two.nearMisses(directory: jsmith, tenant: bare) == ["domain-missing"])
    let none = try MatcherTrial(loginMatcher)
    #expect(try none.matches(directory: jsmith, tenant: bare).isEmpty)
  }

  @Test("the same login in two domains is two people")
  func sameLoginTwice() throws {
    let trial = try MatcherTrial(loginMatcher, directories: [acme, partner])
    let user = ["windowsLogin": ["PARTNER\\jsmith"]]
    #expect(try trial.matches(directory: jsmith, tenant: user, from: 0).isEmpty)
    #expect(try trial.matches(directory: jsmith, tenant: user, from: 1) == ["login-exact"])
  }

  @Test("a row has one key for its login and one for its UPN, to be read in a reason")
  func keys() throws {
    let trial = try MatcherTrial(loginMatcher, directories: [acme])
    let record = ["sAMAccountName": ["JSmith"], "userPrincipalName": ["J@acme.example"]]
    let keys = try trial.directoryKeys([record])
    #expect(keys.texts(of: 0) == ["0 acme\\jsmith", "1 j@acme.example"])
  }

  @Test("M6: a NetBIOS name means itself, even where it is another directory's DNS name")
  func domainNamedLikeAnother() throws {
    let trial = try MatcherTrial(
      loginMatcher,
      directories: [DirectoryIdentity(domain: "A", dnsDomain: "B"), .init(domain: "B")])
    let user = ["windowsLogin": ["b\\jsmith"]]
    #expect(try trial.matches(directory: jsmith, tenant: user, from: 0).isEmpty)
    #expect(try trial.matches(directory: jsmith, tenant: user, from: 1) == ["login-exact"])
  }

  @Test("login keeps the contract", arguments: [1, 2])
  func contract(directories: Int) {
    let context = MatcherContext(directories: Array([acme, partner].prefix(directories)))
    #expect(MatcherContractSuite(plugin: loginMatcher, context: context).violations().isEmpty)
  }
}
