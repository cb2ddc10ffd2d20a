import LoginMatcher
import PluginContract
import PluginTesting
import Testing

@Suite("Near misses of login")
struct LoginLikenessTests {
  private let trial = Result {
    try MatcherTrial(
      loginMatcher,
      directories: [.init(domain: "ACME", dnsDomain: "acme.example"), .init(domain: "PARTNER")])
  }

  @Test(
    "a login that differs is explained by how",
    arguments: [
      ("OTHER\\jsmith", "near-miss:domain"), ("PARTNER\\jsmith", "near-miss:domain"),
      ("ACME\\j smith", "near-miss:whitespace"), ("ACME \\jsmith", "near-miss:whitespace"),
      ("ACME\\j\u{200B}smith", "near-miss:whitespace"),
      ("acme.example\\js\u{AD}mith", "near-miss:whitespace"),
      ("ACME\\jsmíth", "near-miss:accent"), ("jsmith", "domain-missing"),
      ("ACME\\jsmıth", "near-miss:look-alike"), ("ACME＼jsmith", "near-miss:look-alike"),
      ("ＡＣＭＥ\\ｊｓｍｉｔｈ", "near-miss:look-alike"),
      ("АСМЕ\\ jsmith", "near-miss:look-alike"),
      ("ACME/jsmith", "near-miss:form"), ("acme.example/jsmith", "near-miss:form"),
      ("ACME\\\\jsmith", "near-miss:form"), ("\\\\ACME\\jsmith", "near-miss:form"),
      ("ACME / jsmith", "near-miss:form"), ("\"ACME\\jsmith\"", "near-miss:form"),
      ("acme.example.\\jsmith", "near-miss:form"), ("jsmith@acme.example", "near-miss:form"),
      ("JSMITH@ACME", "near-miss:form"), ("PARTNER/jsmith", nil), ("ACME/ajones", nil),
    ])
  func login(login: String, code: String?) throws {
    let codes = try trial.get().nearMisses(
      directory: ["sAMAccountName": ["jsmith"]], tenant: ["windowsLogin": [login]])
    #expect(codes.first == code)
  }

  @Test(
    "a UPN that differs is explained by how",
    arguments: [
      ("john@other.example", "near-miss:domain"), ("jo hn@acme.example", "near-miss:whitespace"),
      ("jöhn@acme.example", "near-miss:accent"), ("jоhn@acme.example", "near-miss:look-alike"),
      ("mailto:john@acme.example", "near-miss:form"), ("john@acme.example.", "near-miss:form"),
      ("ACME\\john@acme.example", "near-miss:form"),
    ])
  func principal(login: String, code: String) throws {
    let record = ["sAMAccountName": ["x"], "userPrincipalName": ["john@acme.example"]]
    let codes = try trial.get().nearMisses(directory: record, tenant: ["windowsLogin": [login]])
    #expect(codes.first == code)
  }

  @Test(
    "an export that holds logins with their domain, or UPNs, is explained by its form",
    arguments: ["ACME\\jsmith", "acme.example/jsmith", "jsmith@acme.example"])
  func qualifiedDirectory(login: String) throws {
    let record = ["sAMAccountName": [login]]
    for user in ["ACME\\jsmith", "acme.example\\JSmith"] {
      let codes = try trial.get().nearMisses(directory: record, tenant: ["windowsLogin": [user]])
      #expect(codes.first == "near-miss:form")
    }
  }

  @Test("an internationalized domain is explained by its form, in either direction")
  func internationalDomain() throws {
    let names = ["john@müller.example", "john@xn--mller-kva.example"]
    for (here, there) in [(names[0], names[1]), (names[1], names[0])] {
      let codes = try trial.get().nearMisses(
        directory: ["userPrincipalName": [here]], tenant: ["windowsLogin": [there]])
      #expect(codes.first == "near-miss:form")
    }
  }

  @Test("a user without a Windows login is found by the first part of the email")
  func email() throws {
    let codes = try trial.get().nearMisses(
      directory: ["sAMAccountName": ["jsmith"]], tenant: ["email": ["JSmith@acme.example"]])
    #expect(codes == ["near-miss:local-part"])
  }

  @Test("somebody else altogether is no near miss")
  func stranger() throws {
    let codes = try trial.get().nearMisses(
      directory: ["sAMAccountName": ["jsmith"], "userPrincipalName": ["js@acme.example"]],
      tenant: ["windowsLogin": ["ACME\\ajones"], "email": ["ajones@acme.example"]])
    #expect(codes.isEmpty)
  }
}
